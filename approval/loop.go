package approval

import "go.temporal.io/sdk/workflow"

// run is the one coroutine of all gates. It lives as long as the workflow run,
// canceled or not. Votes that have arrived are counted before a deadline gives the
// verdict.
func (g *Gates) run(ctx workflow.Context) {
	g.handle(ctx)
	for workflow.Await(ctx, g.stirred) == nil {
		switch {
		case g.claim.Waiting():
			g.claim.Settle()
		case g.source.Len() > 0:
			g.pump(ctx)
		case g.ringing() >= 0:
			g.tick(ctx)
		default:
			g.list(ctx)
		}
	}
}

// stirred reports whether the coroutine of the gates has something to do. It is
// asked often.
func (g *Gates) stirred() bool {
	return g.claim.Waiting() || !g.claim.Again() && !g.handedOn && (g.source.Len() > 0 || g.board.changed || g.ringing() >= 0)
}

// ringing is the place of a live gate one of whose timers has fired; below 0
// there is none.
func (g *Gates) ringing() int {
	for i, gate := range g.live {
		if gate.deadline != nil && gate.deadline.Passed() || gate.alarm != nil && gate.alarm.Passed() {
			return i
		}
	}
	return -1
}

// tick lets the timers that have fired take effect.
func (g *Gates) tick(ctx workflow.Context) {
	for i := g.ringing(); i >= 0; i = g.ringing() {
		g.live[i].tick(ctx)
	}
}
