package approval

import (
	"go.temporal.io/sdk/workflow"
)

// run is the one coroutine of all gates. It lives as long as the workflow run,
// canceled or not. Votes that have arrived are counted before a deadline gives the
// verdict.
func (g *Gates) run(ctx workflow.Context) {
	g.registerUpdates(ctx)
	for workflow.Await(ctx, g.woken) == nil {
		switch {
		case g.claim.Waiting():
			g.claim.Settle()
		case g.source.Len() > 0 && !g.post.ending:
			g.drainSignals(ctx)
		case g.fires() && !g.post.ending:
			g.tick(ctx)
		default:
			g.list(ctx)
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
	return g.claim.Waiting() || g.board.changed || !g.post.ending && (g.source.Len() > 0 || g.fires())
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

// elsewhere refuses what comes when all gates are on their way into the next run,
// or when the workflow function has returned.
func (g *Gates) elsewhere(gate string) error {
	switch {
	case g.handedOn:
		return refusal(ReasonNotOpen, gate, "the workflow is about to continue as new; try again in a moment")
	case g.post.ending:
		return refusal(ReasonClosed, gate, "the workflow has ended and only delivers its notices; nothing more can be decided")
	default:
		return nil
	}
}
