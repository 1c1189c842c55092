package approval

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Await opens a gate and waits until the votes are enough or the deadline has
// passed. The deadline starts with the wait; a vote that history recorded
// before its timer fired counts, also when no worker was there to see it.
//
// It returns a CanceledError, untouched, when ctx is canceled and neither the votes
// that have arrived by then decide the gate nor a deadline that has passed; an [InvalidRequest] when the
// request cannot work; and [TimedOut] when the policy has FailOnTimeout. For
// workflow code.
func Await[T any](ctx workflow.Context, g *Gates, req Request[T]) (Outcome[T], error) {
	p, err := AwaitAsync(ctx, g, req)
	if err != nil {
		return Outcome[T]{}, err
	}
	return p.Get(ctx)
}

// A Pending is a gate that is open.
type Pending[T any] struct {
	gate    *gate
	subject T
}

// AwaitAsync opens a gate as [Await] does and returns at once, so that several
// can be open together. It takes no coroutine.
func AwaitAsync[T any](ctx workflow.Context, g *Gates, req Request[T]) (Pending[T], error) {
	return awaitAsync(ctx, g, req, fits(req.Accepts))
}

func awaitAsync[T any](ctx workflow.Context, g *Gates, req Request[T], fits fitness) (Pending[T], error) {
	opened, err := g.open(ctx, req.ID, fits, func(kept terms) opening { return openingOf(req, kept) })
	return Pending[T]{opened, req.Subject}, err
}

// Cancel closes the gate as [Canceled], unless it is closed: nobody waits for it
// any more.
func (p Pending[T]) Cancel(ctx workflow.Context) {
	g := p.gate
	if g == nil {
		return
	}
	g.gates.goOn()
	g.gates.pump(ctx) // what has arrived, or a timer that has fired, may have decided it
	g.tick(ctx)
	if g.closed.IsZero() {
		g.tally.Cancel(workflow.Now(ctx))
		g.follow(ctx)
	}
}

// Future is ready when the gate is closed, for a selector or signals.Race. It
// does not know of the cancellation of a context: see Get and Cancel.
func (p Pending[T]) Future() workflow.Future { return p.gate.whenClosed() }

// Get waits until the gate is closed, as [Await] does. When ctx is canceled, the
// gate is closed too.
func (p Pending[T]) Get(ctx workflow.Context) (Outcome[T], error) {
	g := p.gate
	if g == nil {
		return Outcome[T]{}, refusal(InvalidRequest, "", "the pending gate was never opened; use what AwaitAsync returns without an error")
	}
	g.gates.goOn()
	if workflow.Await(ctx, g.over) != nil {
		p.Cancel(ctx)
		if g.tally.State() == Canceled {
			return Outcome[T]{}, ctx.Err()
		}
	}
	if err := g.gates.single(); err != nil {
		return Outcome[T]{}, err
	}
	out := Outcome[T]{
		State: g.tally.State(), Why: g.tally.Explanation(), Subject: p.subject, Round: g.tally.Round(), Votes: g.tally.Votes(),
		Closed: g.closed, UseBy: g.grant.useBy, gate: g,
	}
	if g.changed || g.carried {
		var err error
		if out.Subject, err = wire.ReadOrZero[T](g.subject.Raw()); err != nil {
			return out, refusal(InvalidRequest, g.id, fmt.Sprintf("the subject that was approved does not fit: %v", err))
		}
	}
	if out.State == Expired && g.tally.Current().OnTimeout == policy.FailOnTimeout {
		return out, refusal(TimedOut, g.id, fmt.Sprintf("nobody decided by %s; ask again, or ask others", g.closed.Format(time.RFC3339)))
	}
	return out, nil
}

// AwaitAll waits until all gates are closed, and returns their outcomes in the
// order of the arguments, with the first error that Get has for one of them. It
// is one wait: with many gates it replays faster than one Get after the other.
// When ctx is canceled, the gates that are open are closed.
func AwaitAll[T any](ctx workflow.Context, pending ...Pending[T]) ([]Outcome[T], error) {
	for _, p := range pending {
		if p.gate != nil {
			p.gate.gates.goOn()
		}
	}
	open := len(pending)
	_ = workflow.Await(ctx, func() bool {
		for open > 0 && (pending[open-1].gate == nil || pending[open-1].gate.over()) { // what is closed stays closed
			open--
		}
		return open == 0
	})
	outcomes := make([]Outcome[T], len(pending))
	var first error
	for i, p := range pending {
		var err error
		if outcomes[i], err = p.Get(ctx); first == nil {
			first = err
		}
	}
	return outcomes, first
}

// open adds a gate and gives it the votes that came before it was there.
func (g *Gates) open(ctx workflow.Context, id string, fits fitness, write func(terms) opening) (*gate, error) {
	if err := canceled(ctx); err != nil {
		return nil, err
	}
	if g == nil {
		return nil, refusal(InvalidRequest, id, "its Gates are nil; call NewGates first")
	}
	if err := g.single(); err != nil {
		return nil, err
	}
	g.goOn()
	switch {
	case !protocol.IsID(id):
		return nil, refusal(InvalidRequest, "", fmt.Sprintf("its ID has %d bytes; set Request.ID to 1 to %d bytes of UTF-8", len(id), protocol.MaxID))
	case g.byID[id] != nil && g.byID[id].resumed:
		gate := g.byID[id]
		gate.fits, gate.resumed = fits, false
		return gate, nil
	case g.byID[id] != nil:
		return nil, refusal(InvalidRequest, id, "a gate of this ID was opened before in this run; use another ID")
	}
	o := record(ctx, func() opening { return write(g.terms(ctx)) })
	if o.Refused != "" {
		return nil, refusal(InvalidRequest, id, o.Refused)
	}
	o.require(ctx)
	now := workflow.Now(ctx)
	opened := &gate{
		gates: g, id: id, title: o.Title, requester: o.Requester, managers: o.Managers, subject: o.Subject, terms: o.terms,
		fits: fits, opened: now,
		tally: tally.Reopen(g.known.read(o.Policy), tally.Options{
			Requester: o.Requester, GroupMembers: o.Roster, Managers: o.Managers, Digest: o.Subject.Digest(), At: now,
		}),
	}
	opened.stage = -1 // none has begun
	opened.mail.run = openedIn(ctx)
	g.byID[id] = opened
	g.order = append(g.order, opened)
	g.enter(opened)
	g.admit(ctx, opened)
	opened.follow(ctx)
	return opened, nil
}

// admit counts the votes that came before the gate was there.
func (g *Gates) admit(ctx workflow.Context, opened *gate) {
	g.early = slices.DeleteFunc(g.early, func(e early) bool {
		if e.Gate != opened.id {
			return false
		}
		g.kept -= wire.Save(e.raw).Size()
		if _, err := opened.count(ctx, e.message); err != nil {
			g.bury(ctx, err, len(e.raw.Payload().GetData()))
		}
		return true
	})
}
