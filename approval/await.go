package approval

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A Request is one question to people.
type Request[T any] struct {
	// ID names the gate within the run; votes carry it. It is used once.
	ID string
	// Subject is what is approved. It comes back in the [Outcome].
	Subject T
	// Requester is the actor ID of who asks, and who therefore may not
	// decide. It may be empty only when the policy has AllowRequester.
	Requester string
	// Policy says whose votes decide, how many are needed, and until when.
	Policy policy.Policy
}

// An Outcome is the answer. That people said no, or nothing, is not an error.
type Outcome[T any] struct {
	// State is Approved, Rejected or Expired. Act on Approved only.
	State State
	// Subject is the subject of the request.
	Subject T
	// Votes are the votes that counted: the latest of each actor.
	Votes []policy.Vote
	// Closed is when the gate was decided, in workflow time.
	Closed time.Time
}

// Await opens a gate and waits until the votes are enough or the deadline has
// passed. The deadline starts with the wait; a vote that history recorded
// before its timer fired counts, also when no worker was there to see it.
//
// It returns a CanceledError, untouched, when ctx is canceled and the votes that
// have arrived by then do not decide the gate, and an [InvalidRequest] when the
// request cannot work. For workflow code; to wait at several gates at once, call
// it in several coroutines.
func Await[T any](ctx workflow.Context, g *Gates, req Request[T]) (Outcome[T], error) {
	gate, err := g.open(ctx, req.ID, req.Requester, req.Policy)
	if err != nil {
		return Outcome[T]{}, err
	}
	if err := g.wait(ctx, gate); err != nil {
		return Outcome[T]{}, err
	}
	return Outcome[T]{State: gate.state, Subject: req.Subject, Votes: gate.tally.Votes(), Closed: gate.closed}, nil
}

// open adds a gate and gives it the votes that came before it was there.
func (g *Gates) open(ctx workflow.Context, id, requester string, p policy.Policy) (*gate, error) {
	if err := canceled(ctx); err != nil {
		return nil, err
	}
	switch {
	case !isID(id):
		return nil, refusal(InvalidRequest, "", fmt.Sprintf("its ID has %d bytes; set Request.ID to 1 to %d bytes of UTF-8", len(id), maxID))
	case g.byID[id] != nil:
		return nil, refusal(InvalidRequest, id, "a gate of this ID was opened before in this run; use another ID")
	case requester == "" && !p.AllowRequester:
		return nil, refusal(InvalidRequest, id, "the requester is empty, so nobody could be barred; set Request.Requester, or Policy.AllowRequester")
	}
	tally, err := policy.NewTally(p, requester)
	if err != nil {
		return nil, refusal(InvalidRequest, id, err.Error())
	}
	opened := &gate{
		id: id, requester: requester, tally: tally, state: Open,
		opened: workflow.Now(ctx), receipts: map[decision]Receipt{},
	}
	opened.done, opened.settle = workflow.NewFuture(ctx)
	g.byID[id] = opened
	g.order = append(g.order, opened)
	g.early = slices.DeleteFunc(g.early, func(e early) bool {
		if e.Gate != id {
			return false
		}
		if _, err := opened.cast(ctx, e.message); err != nil {
			g.bury(ctx, err, e.size)
		}
		return true
	})
	return opened, nil
}

// wait blocks until the gate is closed. Whatever wakes it, votes that have
// arrived are counted before the deadline gives the verdict.
func (g *Gates) wait(ctx workflow.Context, gate *gate) error {
	if gate.state != Open {
		return nil
	}
	wake := workflow.NewNamedSelector(ctx, fmt.Sprintf("approval gate %q", gate.id))
	wake.AddFuture(gate.done, func(workflow.Future) {})
	wake.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) {})
	if d := gate.tally.Policy().Deadline; d != policy.NoDeadline {
		gate.deadline = wait.NewDeadline(ctx, d, "deadline of gate "+gate.id)
		wake.AddFuture(gate.deadline.Fired(), func(workflow.Future) {})
	}
	wake.Select(ctx)
	g.pump(ctx)
	if gate.state != Open {
		return nil
	}
	if err := canceled(ctx); err != nil {
		gate.close(ctx, Canceled)
		return err
	}
	gate.close(ctx, Expired)
	return nil
}
