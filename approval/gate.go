package approval

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A gate is one question to people. It is an entry in Gates, not a coroutine.
type gate struct {
	deadline     *wait.Deadline // of the stage; nil when there is none
	alarm        *wait.Deadline // of the first thing that is due; nil without any
	gates        *Gates
	id           string
	title        string
	requester    string
	managers     policy.Selector
	subject      protocol.Subject // of this round
	changed      bool             // people have changed it
	subjectCheck subjectCheck     // whether another may take its place; nil until the workflow awaits the gate
	terms
	tally    *tally.Tally
	tags     []string // in the search attributes
	place    int      // among the live ones
	opened   time.Time
	closed   time.Time
	begun    time.Time      // the stage
	stage    int            // the one that deadline and due belong to
	round    int            // likewise
	extended time.Duration  // of that deadline
	due      []due          // what is yet to come in the stage
	decided  []decided      // in order
	carried  bool           // from the run before, with its subject
	resumed  bool           // carried, and not awaited again
	overdue  bool           // the alarm's time had passed when it was set
	foreseen []*tally.Tally // what ahead has returned, until something changes
	mail     mail
	done     workflow.Future // nil until it is asked for
	resolve  workflow.Settable
	usage    usage
}

// decided is a decision that was counted.
type decided struct {
	protocol.Decision
	protocol.KeptReceipt
}

// count counts a vote, without a look at the timer: history has decided already
// that the vote is in time. The same decision again gets the first receipt.
func (g *gate) count(ctx workflow.Context, m message) (protocol.Receipt, error) {
	if first, ok := g.first(m.Decision()); ok {
		return first.Again(m.Content())
	}
	if err := g.closedErr(); err != nil {
		return protocol.Receipt{}, err
	}
	if !m.judged {
		if m.said == nil {
			m.said = &verdict{}
		}
		if err := g.judge(ctx, m); err != nil {
			return protocol.Receipt{}, err
		}
	}
	before := g.tally.Digest()
	if _, err := g.tally.Apply(m.Ballot(), workflow.Now(ctx)); err != nil {
		return protocol.Receipt{}, refusalOf(g.id, err)
	}
	if g.tally.Digest() != before {
		g.subject, g.changed = g.subject.With(m.Subject), true
	}
	r := g.receipt(m.ID)
	r.Choice = m.Choice
	g.remember(decided{m.Decision(), protocol.KeptReceipt{Receipt: r, Content: m.Content()}})
	return r, nil
}

func (g *gate) remember(d decided) { g.decided = append(g.decided, d) }

// first is what this decision has got, and whether it has a receipt.
func (g *gate) first(d protocol.Decision) (decided, bool) {
	for _, old := range g.decided { // they are few
		if old.Decision == d {
			return old, true
		}
	}
	return decided{}, false
}

// receipt is what is true now.
func (g *gate) receipt(id string) protocol.Receipt {
	return protocol.Receipt{
		Gate: g.id, ID: id, State: g.tally.State(), Round: g.tally.Round(), Stage: g.tally.Stage(),
		Approvals: g.tally.Approvals(), Need: g.tally.Need(), Missing: g.tally.Missing(),
	}
}

// canceled reports the cancellation of ctx, untouched.
func canceled(ctx workflow.Context) error {
	if err := ctx.Err(); temporal.IsCanceledError(err) {
		return err
	}
	return nil
}

// subjectCheck reports why data cannot take the place of a subject. It depends on the
// program, so it is asked by validators and in side effects only: what history has
// counted is never judged again.
type subjectCheck func(now protocol.Subject, data wire.RawJSON) error

// subjectCheckFor returns the check for subjects of type T that accepts takes.
func subjectCheckFor[T any](accepts func(T) error) subjectCheck {
	return func(now protocol.Subject, data wire.RawJSON) (err error) {
		v, err := wire.DecodeEdit[T](now.Raw(), now.With(data).Raw())
		if err != nil || accepts == nil {
			return err
		}
		defer func() { // of the user's function, which does not block
			if p := recover(); p != nil {
				err = errors.New("Request.ValidateSubject panicked; correct it")
			}
		}()
		return accepts(v)
	}
}

// sameShape is the check for subjects whose type is known to the parent only.
func sameShape(now protocol.Subject, data wire.RawJSON) error { return wire.Alike(now.Data, data) }

// validateSubject refuses what cannot be a subject; none is fine.
func (g *gate) validateSubject(data wire.RawJSON) error {
	switch {
	case len(data) == 0:
		return nil
	case g.subjectCheck == nil:
		return refusal(ReasonNotOpen, g.id, "the workflow does not wait for it yet; try again later")
	}
	if err := g.subjectCheck(g.subject, data); err != nil {
		return refusal(ReasonMalformed, g.id, "the subject does not fit: "+strings.ToValidUTF8(truncate(err.Error()), "\ufffd"))
	}
	return nil
}

// A usage is what an approval allows, and for how long.
type usage struct {
	useBy    time.Time // zero: without limit
	revoked  string    // by whom
	consumed bool
}

// usable says why an approval may not be used now.
func (g *gate) usable(ctx workflow.Context) error {
	switch state := g.tally.State(); {
	case state != policy.StateApproved:
		return refusal(ReasonNotGranted, g.id, fmt.Sprintf("it is %s, so there is nothing to use; act on Approved only", state))
	case g.usage.revoked != "":
		return refusal(ReasonNotGranted, g.id, "the approval was revoked; ask again")
	case g.usage.consumed:
		return refusal(ReasonNotGranted, g.id, "the approval was used before; ask again for another use")
	case !g.usage.useBy.IsZero() && workflow.Now(ctx).After(g.usage.useBy):
		return refusal(ReasonNotGranted, g.id, fmt.Sprintf("the approval was to be used by %s; ask again", g.usage.useBy.Format(time.RFC3339)))
	}
	return nil
}

func (g *gate) consume(ctx workflow.Context) {
	g.usage.consumed = true
	g.tally.AppendAudit(policy.AuditUsed, "", "", workflow.Now(ctx))
}

// over reports whether what Get waits for is there: the gate is closed, or never
// will be.
func (g *gate) over() bool { return !g.closed.IsZero() || g.gates.claim.Again() }
