package approval

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A gate is one question to people. It is an entry in Gates, not a coroutine.
type gate struct {
	deadline  *wait.Deadline // of the stage; nil when there is none
	alarm     *wait.Deadline // of the first thing that is due; nil without any
	gates     *Gates
	id        string
	title     string
	requester string
	managers  policy.Selector
	subject   protocol.Subject // of this round
	changed   bool             // people have changed it
	fits      fitness          // whether another may take its place; nil until the workflow awaits the gate
	terms
	tally    *tally.Tally
	tags     []string // on the board
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
	settle   workflow.Settable
	grant    grant
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
	if err := g.shut(); err != nil {
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
