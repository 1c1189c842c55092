package approval

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A grant is what an approval allows, and for how long.
type grant struct {
	useBy    time.Time // zero: without limit
	revoked  string    // by whom
	consumed bool
}

// usable says why an approval may not be used now.
func (g *gate) usable(ctx workflow.Context) error {
	switch state := g.tally.State(); {
	case state != StateApproved:
		return refusal(ReasonNotGranted, g.id, fmt.Sprintf("it is %s, so there is nothing to use; act on Approved only", state))
	case g.grant.revoked != "":
		return refusal(ReasonNotGranted, g.id, "the approval was revoked; ask again")
	case g.grant.consumed:
		return refusal(ReasonNotGranted, g.id, "the approval was used before; ask again for another use")
	case !g.grant.useBy.IsZero() && workflow.Now(ctx).After(g.grant.useBy):
		return refusal(ReasonNotGranted, g.id, fmt.Sprintf("the approval was to be used by %s; ask again", g.grant.useBy.Format(time.RFC3339)))
	}
	return nil
}

func (g *gate) use(ctx workflow.Context) {
	g.grant.consumed = true
	g.tally.AppendAudit(policy.AuditUsed, "", "", workflow.Now(ctx))
}
