package approval

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
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
	subject   subject // of this round
	changed   bool    // people have changed it
	fits      fitness // whether another may take its place; nil while nobody awaits the gate
	terms
	tally    *policy.Tally
	tags     []string // on the board
	place    int      // among the live ones
	opened   time.Time
	closed   time.Time
	begun    time.Time     // the stage
	stage    int           // the one that deadline and due belong to
	round    int           // likewise
	extended time.Duration // of that deadline
	due      []due         // what is yet to come in the stage
	decided  []decided     // in order
	carried  bool          // from the run before, with its subject
	resumed  bool          // carried, and not awaited again
	notices  int           // that are on their way
	noticed  int           // in all
	done     workflow.Future
	settle   workflow.Settable
	grant    grant
}

// decided is a decision that was counted.
type decided struct {
	decision
	Receipt
	content string
}

// cast counts a vote and does what follows from it. When it is not for its actor
// to decide, and an escalation has fired that has not been looked at, and before
// the vote came, then that comes first.
func (g *gate) cast(ctx workflow.Context, m message, came func(after *wait.Deadline) bool) (Receipt, error) {
	r, err := g.count(ctx, m)
	for g.mayEscalate(err) && came(g.alarm) {
		g.ring(ctx)
		r, err = g.count(ctx, m)
	}
	if err == nil {
		g.follow(ctx)
	}
	return r, err
}

// count counts a vote, without a look at the timer: history has decided already
// that the vote is in time. The same decision again gets the first receipt.
func (g *gate) count(ctx workflow.Context, m message) (Receipt, error) {
	if first, ok := g.first(m.decision()); ok {
		return first.again(m.content())
	}
	if err := g.shut(); err != nil {
		return Receipt{}, err
	}
	if !m.judged {
		if m.said == nil {
			m.said = &verdict{}
		}
		if err := g.judge(ctx, m); err != nil {
			return Receipt{}, err
		}
	}
	m.Actor.Groups = g.tally.Named(m.Actor.Groups) // all votes must fit into an answer
	before := g.tally.Digest()
	if _, err := g.tally.Apply(m.Vote, workflow.Now(ctx)); err != nil {
		return Receipt{}, refusalOf(g.id, err)
	}
	if g.tally.Digest() != before {
		g.subject, g.changed = g.subject.with(m.Subject), true
	}
	r := g.receipt(m.ID)
	r.Choice = m.Choice
	g.remember(decided{m.decision(), r, m.content()})
	return r, nil
}

func (g *gate) remember(d decided) { g.decided = append(g.decided, d) }

// first is what this decision has got, and whether it has a receipt.
func (g *gate) first(d decision) (decided, bool) {
	for _, old := range g.decided { // they are few
		if old.decision == d {
			return old, true
		}
	}
	return decided{}, false
}

// receipt is what is true now.
func (g *gate) receipt(id string) Receipt {
	return Receipt{
		Gate: g.id, ID: id, State: g.tally.State(), Round: g.tally.Round(), Stage: g.tally.Stage(),
		Approvals: g.tally.Approvals(), Need: g.tally.Need(), Missing: g.tally.Missing(),
	}
}

// firstReceipt returns the receipt that refuses a decision sent before.
func firstReceipt(err error) (Receipt, bool) {
	var r Receipt
	found := apperr.Details(err, errTypePrefix+string(duplicate), &r)
	return r, found
}

// canceled reports the cancellation of ctx, untouched.
func canceled(ctx workflow.Context) error {
	if err := ctx.Err(); temporal.IsCanceledError(err) {
		return err
	}
	return nil
}
