package approval

import (
	"go.temporal.io/sdk/workflow"
)

// run is the one coroutine of all gates. It lives as long as the workflow run,
// canceled or not. Votes that have arrived are counted before a deadline gives the
// verdict.
func (g *Gates) run(ctx workflow.Context) {
	registerUpdates(ctx, updates{g})
	for workflow.Await(ctx, g.woken) == nil {
		switch {
		case g.claim.Waiting():
			g.claim.Settle()
		case g.source.Len() > 0 && !g.post.ending:
			g.drainSignals(ctx)
		case g.fires() && !g.post.ending:
			g.tick(ctx)
		default:
			publish(ctx, g)
		}
	}
}

// hasWork reports whether the coroutine of the gates has something to do. It is
// asked often.
//
// What it reports, a step of the coroutine changes: it takes a vote, lets a timer
// take effect, or writes what has changed. Otherwise the coroutine would never
// yield.
func (g *Gates) hasWork() bool {
	if g.handedOn || g.claim.Again() {
		return g.claim.Waiting()
	}
	return g.claim.Waiting() || g.attributes.changed || !g.post.ending && (g.source.Len() > 0 || g.fires())
}

// fires reports whether a timer of a live gate has fired and not taken effect.
func (g *Gates) fires() bool {
	for _, gate := range g.live {
		if gate.fires() {
			return true
		}
	}
	return false
}

// tick lets the timers that have fired take effect.
func (g *Gates) tick(ctx workflow.Context) {
	for i := 0; i < len(g.live); {
		gate := g.live[i]
		gate.tick(ctx)
		if i < len(g.live) && g.live[i] == gate { // else another has taken its place
			i++
		}
	}
}

// checkAccepts refuses what comes when all gates are on their way into the next run,
// or when the workflow function has returned.
func (g *Gates) checkAccepts(gate string) error {
	switch {
	case g.handedOn:
		return refusal(ReasonNotOpen, gate, "the workflow is about to continue as new; try again in a moment")
	case g.post.ending:
		return refusal(ReasonClosed, gate, "the workflow has ended and only delivers its notices; nothing more can be decided")
	default:
		return nil
	}
}

// replayed knows where the replay of a run has ended.
type replayed struct{ length int }

// beyond reports whether the code runs on events that no workflow task has seen. To
// answer a query on a closed run, SDKs before 1.51 replay its history to the last
// event, also what came after the last workflow task: they stop replaying at the
// length that the last replayed task had. What came then was never counted, and the
// answer to the query must not say so.
func (r *replayed) beyond(ctx workflow.Context) bool {
	length := workflow.GetInfo(ctx).GetCurrentHistoryLength()
	if workflow.IsReplaying(ctx) {
		r.length = length
		return false
	}
	return length > 0 && length == r.length
}

// woken reports whether the coroutine of the gates has something to do.
func (g *Gates) woken() bool { return !g.replayed.beyond(g.detached) && g.hasWork() }

// single refuses gates beside which a run has others: votes reach only one of them.
// Without the interceptor of signals, it may find that out only when it waits.
func (g *Gates) single() error {
	if g.claim.Again() {
		return refusal(ReasonInvalidRequest, "",
			"NewGates was called before in this run; call it once, first thing in the workflow, and hand its Gates on")
	}
	return nil
}

// WaitForNotices returns when no notice of the run is on its way: each is delivered,
// or given up as Options.NotifyOptions say. Decisions do not wait for notices, and
// a run that ends takes undelivered ones along. So a workflow calls it last: with
// patterns.NewPlugin or signals.NewInterceptor on the workers that happens by
// itself, and it is needed only before [Gates.ContinueState]. The cancellation of ctx does
// not end it. For workflow code.
func (g *Gates) WaitForNotices(ctx workflow.Context) {
	g.waitUntil(ctx, func() bool { return g.post.onWay == 0 })
}

// end waits for the notices of a run whose workflow function has returned. It is
// called on workers with the interceptor, and waits only for gates that recorded that
// their run waits: what a run commands must not depend on how its worker is set up.
func (g *Gates) end(ctx workflow.Context, _ error) {
	if g.post.awaited > 0 {
		g.post.ending = true // nothing is left that could act on a decision
		g.waitUntil(ctx, func() bool { return g.post.awaited == 0 })
	}
}

func (g *Gates) waitUntil(ctx workflow.Context, done func() bool) {
	detached, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	_ = workflow.Await(detached, done) // never canceled
}
