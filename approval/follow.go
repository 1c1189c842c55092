package approval

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// applyState does what the new state asks for: end the gate, stop the clock, or
// begin a stage.
func (g *gate) applyState(ctx workflow.Context) {
	g.foreseen = nil
	switch state := g.tally.State(); {
	case state.IsClosed():
		g.close(ctx)
	case state == StateChangesRequested:
		g.stopTimers()
		g.notify(ctx, NoticeChanges)
	case g.tally.Stage() != g.stage || g.tally.Round() != g.round:
		g.startStage(ctx)
	}
	g.gates.show(ctx)
	g.gates.board.pin(g)
}

// close ends the gate, and so what waits for it. The notice goes on by itself.
func (g *gate) close(ctx workflow.Context) {
	if !g.closed.IsZero() {
		return
	}
	g.closed = workflow.Now(ctx)
	if !g.gates.last || g.Notify != "" { // a notice is waited for, and timers must not fire meanwhile
		g.stopTimers()
	}
	if d := g.tally.ValidFor(); d > 0 && g.tally.State() == StateApproved {
		g.grant.useBy = g.closed.Add(time.Duration(d))
	}
	g.gates.removeOpen(g)
	reportClosed(ctx, g)
	g.notify(ctx, NoticeClosed)
	if g.settle != nil {
		g.settle.Set(nil, nil)
	}
}

// whenClosed is ready when the gate is closed. Few ask for it, so that it is made when
// it is asked for.
func (g *gate) whenClosed() workflow.Future {
	if g.done == nil {
		g.done, g.settle = workflow.NewFuture(g.gates.detached)
		if !g.closed.IsZero() {
			g.settle.Set(nil, nil)
		}
	}
	return g.done
}
