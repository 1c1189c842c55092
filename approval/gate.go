package approval

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A gate is one question to people. It is an entry in Gates, not a coroutine.
type gate struct {
	id        string
	requester string
	tally     *policy.Tally
	state     State
	opened    time.Time
	closed    time.Time
	deadline  *wait.Deadline // nil before the wait, and when there is none
	receipts  map[decision]Receipt
	done      workflow.Future
	settle    workflow.Settable
}

// check reports why a vote by update would be refused now. It changes nothing,
// as a validator must not.
func (g *gate) check(m message) error {
	if first, ok := g.receipts[m.decision()]; ok {
		return refusal(duplicate, g.id, "this decision was counted before; nothing to do", first)
	}
	if g.deadline != nil && g.deadline.Passed() {
		return g.late()
	}
	if err := g.shut(); err != nil {
		return err
	}
	if err := g.tally.Check(m.Vote); err != nil {
		return refusalOf(g.id, err)
	}
	return nil
}

// shut says why nothing more can be decided, once that is so.
func (g *gate) shut() error {
	switch g.state {
	case Open:
		return nil
	case Expired:
		return g.late()
	default:
		return refusal(Closed, g.id, fmt.Sprintf("it was %s at %s; nothing more can be decided", g.state, g.closed.Format(time.RFC3339)))
	}
}

// counted reports whether this decision has a receipt.
func (g *gate) counted(m message) bool {
	_, ok := g.receipts[m.decision()]
	return ok
}

// cast counts a vote, without a look at the timer: history has decided already
// that the vote is in time. The same decision again gets the first
// receipt.
func (g *gate) cast(ctx workflow.Context, m message) (Receipt, error) {
	if first, ok := g.receipts[m.decision()]; ok {
		return first, nil
	}
	if err := g.shut(); err != nil {
		return Receipt{}, err
	}
	state, err := g.tally.Apply(m.Vote)
	if err != nil {
		return Receipt{}, refusalOf(g.id, err)
	}
	r := Receipt{Gate: g.id, ID: m.ID, Choice: m.Choice, State: state, Approvals: g.tally.Approvals(), Need: g.tally.Policy().Need}
	g.receipts[m.decision()] = r
	if state != Open {
		g.close(ctx, state)
	}
	return r, nil
}

// close ends the gate and wakes who waits for it.
func (g *gate) close(ctx workflow.Context, state State) {
	g.state, g.closed = state, workflow.Now(ctx)
	if g.deadline != nil {
		g.deadline.Stop()
	}
	g.settle.Set(nil, nil)
}

func (g *gate) late() error {
	return refusal(Late, g.id, fmt.Sprintf("its deadline was %s; ask the requester to submit again", g.deadline.At().Format(time.RFC3339)))
}

func (g *gate) status() GateStatus {
	s := GateStatus{
		ID: g.id, Requester: g.requester, State: g.state,
		Approvals: g.tally.Approvals(), Need: g.tally.Policy().Need, Group: g.tally.Policy().Group,
		Opened: g.opened, Closed: g.closed, Votes: g.tally.Votes(),
	}
	for i := range s.Votes {
		s.Votes[i].Actor.Groups = nil
		s.Votes[i].Comment = cut(s.Votes[i].Comment)
	}
	if g.deadline != nil {
		s.Deadline = g.deadline.At()
	}
	return s
}

// cut shortens a comment for the status, whose size the server limits, at a
// whole character.
func cut(comment string) string {
	if len(comment) <= maxStatusComment {
		return comment
	}
	return strings.ToValidUTF8(comment[:maxStatusComment], "") + "…"
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
