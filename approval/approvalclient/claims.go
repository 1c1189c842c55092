package approvalclient

import (
	"context"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// claims returns the actor with no more groups than a vote may have: of more, those
// that the gate names, which a worker has to say.
func (c *Client) claims(ctx context.Context, ref Ref, a policy.Actor) (policy.Actor, error) {
	if len(a.Groups) <= policy.MaxGroups {
		return a, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	gate, err := c.gate(ctx, ref)
	if err == nil {
		a.Groups = protocol.RelevantGroups(a.Groups, gate.Named)
		return a, nil
	}
	if approval.ReasonOf(err) == "" {
		err = refusalFor(
			err,
			approval.NotSent,
			ref.Gate,
			fmt.Sprintf("the actor has %d groups, more than the %d that a vote may have, and no worker says which ones matter; "+
				"send those that the policy names, or send it again when a worker runs", len(a.Groups), policy.MaxGroups),
		)
	}
	return a, err
}
