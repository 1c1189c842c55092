package approval

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// follow does what the new state asks for: end the gate, stop the clock, or
// begin a stage.
func (g *gate) follow(ctx workflow.Context) {
	switch state := g.tally.State(); {
	case state.IsClosed():
		g.close(ctx)
	case state == ChangesRequested:
		g.stopClock()
		g.notify(ctx, NoticeChanges)
	case g.tally.Stage() != g.stage || g.tally.Round() != g.round:
		g.begin(ctx)
	}
	g.gates.show(ctx)
	g.gates.board.pin(g)
}

// close ends the gate and wakes who waits for it, once they are told who must be.
func (g *gate) close(ctx workflow.Context) {
	if !g.closed.IsZero() {
		return
	}
	g.closed = workflow.Now(ctx)
	if !g.gates.last || g.Notify != "" { // a notice is waited for, and timers must not fire meanwhile
		g.stopClock()
	}
	if d := g.tally.UseBy(); d > 0 && g.tally.State() == Approved {
		g.grant.useBy = g.closed.Add(time.Duration(d))
	}
	g.gates.forget(g)
	g.notify(ctx, NoticeClosed)
	g.settled()
}

// settled lets go who waits, when the gate is closed and no notice is on its way.
func (g *gate) settled() {
	if !g.closed.IsZero() && g.notices == 0 && !g.done.IsReady() {
		g.settle.Set(nil, nil)
	}
}
