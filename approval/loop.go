package approval

import (
	"go.temporal.io/sdk/workflow"
)

// run runs in the one coroutine of all gates, which lives as long as the workflow run,
// canceled or not. It counts the votes that were received before it lets a deadline take
// effect.
func (g *Gates) run(ctx workflow.Context) {
	registerUpdates(ctx, updates{g})
	for workflow.Await(ctx, g.isAwake) == nil {
		switch {
		case g.claim.Waiting():
			g.claim.TakeTokens()
		case g.source.Len() > 0 && !g.notifier.ending:
			g.drainSignals(ctx)
		case g.fires() && !g.notifier.ending:
			g.applyFired(ctx)
		default:
			publish(ctx, g)
		}
	}
}

// hasWork reports whether the coroutine of the gates has something to do. Each step of the
// coroutine must remove its cause, or the coroutine would never yield.
func (g *Gates) hasWork() bool {
	if g.continuing || g.claim.Again() {
		return g.claim.Waiting()
	}
	return g.claim.Waiting() || g.attributes.changed || !g.notifier.ending && (g.source.Len() > 0 || g.fires())
}

// fires reports whether a timer of a live gate has fired and its event has not taken
// effect.
func (g *Gates) fires() bool {
	for _, gate := range g.live {
		if gate.fires() {
			return true
		}
	}
	return false
}

// applyFired lets the events of all gates that are due take effect.
func (g *Gates) applyFired(ctx workflow.Context) {
	for i := 0; i < len(g.live); {
		gate := g.live[i]
		gate.applyFired(ctx)
		if i < len(g.live) && g.live[i] == gate { // else another has taken its place
			i++
		}
	}
}

// checkAccepts refuses updates after [Gates.ContinueState] and after the workflow function
// has returned.
func (g *Gates) checkAccepts(gate string) error {
	switch {
	case g.continuing:
		return refusal(ReasonNotOpen, gate, "the workflow is about to continue as new; try again in a moment")
	case g.notifier.ending:
		return refusal(ReasonClosed, gate, "the workflow has ended and only delivers its notices; nothing more can be decided")
	default:
		return nil
	}
}

// replayEnd detects the end of the replay of a run.
type replayEnd struct{ length int }

// isPast reports whether the code runs on events that came after the last workflow task. To
// answer a query on a closed run, SDKs before 1.51 apply those events too. Votes among them
// were never counted, so the answer must not count them. The code has reached them when it
// no longer replays and the history has the length of the last replayed task.
func (r *replayEnd) isPast(ctx workflow.Context) bool {
	length := workflow.GetInfo(ctx).GetCurrentHistoryLength()
	if workflow.IsReplaying(ctx) {
		r.length = length
		return false
	}
	return length > 0 && length == r.length
}

// isAwake reports whether the coroutine of the gates may go on.
func (g *Gates) isAwake() bool { return !g.replayEnd.isPast(g.detached) && g.hasWork() }

// single refuses a second Gates in a run, because votes reach only one of them. Without
// the interceptor of signals, it may find that out only when it waits.
func (g *Gates) single() error {
	if g.claim.Again() {
		return refusal(ReasonInvalidRequest, "",
			"NewGates was called before in this run; call it once, first thing in the workflow, and hand its Gates on")
	}
	return nil
}

// WaitForNotices waits until each notice of the run is delivered or has failed by the
// limits of Options.NotifyOptions. Decisions do not wait for notices, and notices that are
// not delivered when the run ends are lost. Call it last in the workflow. With
// patterns.NewPlugin or signals.NewInterceptor on the workers the run waits without the
// call, which is then needed only before [Gates.ContinueState]. The cancellation of ctx
// does not end the wait. For workflow code.
func (g *Gates) WaitForNotices(ctx workflow.Context) {
	g.waitUntil(ctx, func() bool { return g.notifier.inFlight == 0 })
}

// end waits for the notices of a run whose workflow function has returned. The interceptor
// calls it. It waits only for gates with terms.Waits, because the commands of a run must
// not depend on the interceptors of its worker.
func (g *Gates) end(ctx workflow.Context, _ error) {
	if g.notifier.awaited > 0 {
		g.notifier.ending = true // no code is left that could act on a decision
		g.waitUntil(ctx, func() bool { return g.notifier.awaited == 0 })
	}
}

func (g *Gates) waitUntil(ctx workflow.Context, done func() bool) {
	detached, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	_ = workflow.Await(detached, done) // never canceled
}
