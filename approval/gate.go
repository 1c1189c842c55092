package approval

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
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
	subject   wire.Raw             // of this round
	changed   bool                 // people have changed it
	fits      func(wire.Raw) error // whether that may be a subject
	tally     *policy.Tally
	tags      []string // on the board
	place     int      // among the live ones
	opened    time.Time
	closed    time.Time
	begun     time.Time     // the stage
	stage     int           // the one that deadline and due belong to
	round     int           // likewise
	extended  time.Duration // of that deadline
	due       []due         // what is yet to come in the stage
	decided   []decided     // in order
	resumed   bool          // carried, and not awaited again
	notices   int           // that are on their way
	noticed   int           // in all
	done      workflow.Future
	settle    workflow.Settable
	grant     grant
}

// decided is a decision that was counted.
type decided struct {
	decision
	Receipt
}

// check reports why a vote by update would be refused now. It changes nothing,
// as a validator must not.
func (g *gate) check(m message) error {
	if err := g.repeated(m.decision()); err != nil {
		return err
	}
	if g.deadline != nil && g.deadline.Passed() {
		return g.late()
	}
	if err := g.shut(); err != nil {
		return err
	}
	if err := g.fit(m.Subject); err != nil {
		return err
	}
	if err := g.tally.Check(m.Vote); err != nil {
		return refusalOf(g.id, err)
	}
	return nil
}

// repeated refuses what was counted before.
func (g *gate) repeated(d decision) error {
	if first, ok := g.first(d); ok {
		return refusal(duplicate, g.id, "this decision was counted before; nothing to do", first)
	}
	return nil
}

// shut says why nothing more can be decided, once that is so.
func (g *gate) shut() error {
	switch state := g.tally.State(); {
	case !state.IsClosed():
		return nil
	case state == Expired:
		return g.late()
	default:
		return refusal(Closed, g.id, fmt.Sprintf("it was %s at %s; nothing more can be decided", state, g.closed.Format(time.RFC3339)))
	}
}

// counted reports whether this decision has a receipt.
func (g *gate) counted(m message) bool {
	_, ok := g.first(m.decision())
	return ok
}

// cast counts a vote and does what follows from it.
func (g *gate) cast(ctx workflow.Context, m message) (Receipt, error) {
	r, err := g.count(ctx, m)
	if err == nil {
		g.follow(ctx)
	}
	return r, err
}

// count counts a vote, without a look at the timer: history has decided already
// that the vote is in time. The same decision again gets the first receipt.
func (g *gate) count(ctx workflow.Context, m message) (Receipt, error) {
	if first, ok := g.first(m.decision()); ok {
		return first, nil
	}
	if err := g.shut(); err != nil {
		return Receipt{}, err
	}
	if err := g.fit(m.Subject); err != nil {
		return Receipt{}, err
	}
	before := g.tally.Digest()
	if _, err := g.tally.Apply(m.Vote, workflow.Now(ctx)); err != nil {
		return Receipt{}, refusalOf(g.id, err)
	}
	if g.tally.Digest() != before {
		g.subject, g.changed = m.Subject, true
	}
	r := g.receipt(m.ID)
	r.Choice = m.Choice
	g.remember(m.decision(), r)
	return r, nil
}

// fit refuses what cannot be a subject; none is fine.
func (g *gate) fit(subject wire.Raw) error {
	switch {
	case len(subject) == 0:
		return nil
	case g.fits == nil:
		return refusal(NotOpen, g.id, "the workflow does not wait for it yet; try again later")
	}
	if err := g.fits(subject); err != nil {
		return refusal(Malformed, g.id, fmt.Sprintf("the subject does not fit: %v", err))
	}
	return nil
}

func (g *gate) remember(d decision, r Receipt) { g.decided = append(g.decided, decided{d, r}) }

// first is the receipt that this decision has got, and whether it has one.
func (g *gate) first(d decision) (Receipt, bool) {
	for _, old := range g.decided { // they are few
		if old.decision == d {
			return old.Receipt, true
		}
	}
	return Receipt{}, false
}

// receipt is what is true now.
func (g *gate) receipt(id string) Receipt {
	stage, _ := g.tally.Stage()
	return Receipt{
		Gate: g.id, ID: id, State: g.tally.State(), Round: g.tally.Round(), Stage: stage,
		Approvals: g.tally.Approvals(), Need: g.tally.Need(), Missing: g.tally.Missing(),
	}
}

func (g *gate) late() error {
	at := g.closed
	if g.deadline != nil {
		at = g.deadline.At()
	}
	return refusal(Late, g.id, fmt.Sprintf("its deadline was %s; ask the requester to submit again", at.Format(time.RFC3339)))
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
