package approval

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Await opens a gate and waits until the votes are enough or the deadline has
// passed. The deadline starts with the wait; a vote that history recorded
// before its timer fired counts, also when no worker was there to see it.
//
// It returns a CanceledError, untouched, when ctx is canceled and neither the votes
// that have arrived by then decide the gate nor a deadline that has passed; a [ReasonInvalidRequest] when the
// request cannot work; and [ReasonTimedOut] when the policy has FailOnTimeout. For
// workflow code.
func Await[T any](ctx workflow.Context, g *Gates, req Request[T]) (Outcome[T], error) {
	p, err := Open(ctx, g, req)
	if err != nil {
		return Outcome[T]{}, err
	}
	return p.Get(ctx)
}

// A Gate waits for the answer to one question. [Open] returns it; [Gate.Get] and
// [Gate.Future] of any other Gate report a [ReasonInvalidRequest].
type Gate[T any] struct {
	gate    *gate
	subject T
}

// Open opens a gate as [Await] does and returns at once, so that several gates
// can be open together. It starts no coroutine. For workflow code.
func Open[T any](ctx workflow.Context, g *Gates, req Request[T]) (*Gate[T], error) {
	return openGate(ctx, g, req, subjectCheckFor(req.ValidateSubject))
}

func openGate[T any](ctx workflow.Context, g *Gates, req Request[T], fits subjectCheck) (*Gate[T], error) {
	opened, err := g.open(ctx, req.ID, fits, func(kept terms) opening { return openingOf(req, kept) })
	if err != nil {
		return nil, err
	}
	return &Gate[T]{opened, req.Subject}, nil
}

// opened returns the gate behind g, or an error when there is none.
func (g *Gate[T]) opened(ctx workflow.Context) (*gate, error) {
	switch {
	case g == nil || g.gate == nil:
		return nil, refusal(ReasonInvalidRequest, "", "the Gate is empty; use what Open returns without an error")
	case ctx == nil:
		return nil, noContext(g.gate.ID)
	}
	return g.gate, nil
}

func noContext(gate string) error {
	return refusal(ReasonInvalidRequest, gate, "the context is nil; pass the context of the workflow")
}

// Cancel closes the gate as [policy.StateCanceled], unless it is closed already. It does
// nothing on an empty Gate.
func (g *Gate[T]) Cancel(ctx workflow.Context) {
	if opened, err := g.opened(ctx); err == nil {
		opened.cancel(ctx)
	}
}

// IsClosed reports whether the gate is closed, so that [Gate.Get] returns at once.
func (g *Gate[T]) IsClosed() bool { return g == nil || g.gate == nil || g.gate.isOver() }

// Future returns a future that is ready when the gate is closed, for a selector or
// signals.Race. It ignores the cancellation of ctx: see [Gate.Get] and [Gate.Cancel].
func (g *Gate[T]) Future(ctx workflow.Context) workflow.Future {
	opened, err := g.opened(ctx)
	if err != nil {
		future, settable := workflow.NewFuture(ctx)
		settable.SetError(err)
		return future
	}
	return opened.whenClosed()
}

// Get waits until the gate is closed, as [Await] does. When ctx is canceled, Get
// closes the gate too.
func (g *Gate[T]) Get(ctx workflow.Context) (Outcome[T], error) {
	opened, err := g.opened(ctx)
	if err != nil {
		return Outcome[T]{}, err
	}
	opened.gates.acceptVotes()
	if workflow.Await(ctx, opened.isOver) != nil {
		opened.cancel(ctx)
		if opened.tally.State() == policy.StateCanceled {
			return Outcome[T]{}, ctx.Err()
		}
	}
	if err := opened.gates.single(); err != nil {
		return Outcome[T]{}, err
	}
	return outcomeOf[T](opened, g.subject)
}

// outcomeOf returns the outcome of a closed gate that asked about subject.
func outcomeOf[T any](g *gate, subject T) (out Outcome[T], err error) {
	out = Outcome[T]{
		State: g.tally.State(), Why: g.tally.Explanation(), Subject: subject, Round: g.tally.Round(), Votes: g.tally.Votes(),
		Closed: g.Closed, UseBy: g.UseBy, gate: g,
	}
	if g.Changed || g.carried {
		var err error
		if out.Subject, err = wire.ReadOrZero[T](g.Subject.Raw()); err != nil {
			return out, refusal(ReasonInvalidRequest, g.ID, fmt.Sprintf("the subject that was approved does not fit: %v", err))
		}
	}
	if out.State == policy.StateExpired && g.tally.Current().OnTimeout == policy.FailOnTimeout {
		return out, refusal(ReasonTimedOut, g.ID, fmt.Sprintf("not decided by %s; ask again, or ask others", g.Closed.Format(time.RFC3339)))
	}
	return out, nil
}

// AwaitAll waits until all gates are closed and returns their outcomes in the
// order of the arguments, with the first error that [Gate.Get] has for one of them.
// It is one wait: with many gates it replays faster than one Get after the other.
// When ctx is canceled, AwaitAll closes the gates that are open.
func AwaitAll[T any](ctx workflow.Context, gates ...*Gate[T]) ([]Outcome[T], error) {
	for _, g := range gates {
		if g != nil && g.gate != nil {
			g.gate.gates.acceptVotes()
		}
	}
	open := len(gates)
	if ctx != nil {
		_ = workflow.Await(ctx, func() bool {
			for open > 0 && gates[open-1].IsClosed() { // what is closed stays closed
				open--
			}
			return open == 0
		})
	}
	outcomes := make([]Outcome[T], len(gates))
	var first error
	for i, g := range gates {
		var err error
		if outcomes[i], err = g.Get(ctx); first == nil {
			first = err
		}
	}
	return outcomes, first
}
