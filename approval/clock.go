package approval

import (
	"math"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// due is something that happens in a stage when time goes by.
type due struct {
	// before the deadline, for a reminder; after the stage's begin, for an
	// escalation, when before is zero.
	before, after time.Duration
}

// startStage starts the clock of a stage: one timer for the deadline, and one for the
// next thing that is due.
func (g *gate) startStage(ctx workflow.Context) {
	g.stopTimers()
	stage := g.tally.Current()
	g.stage, g.round, g.extended, g.mail.untold = g.tally.Stage(), g.tally.Round(), 0, ""
	g.deadline, g.due, g.begun = nil, nil, workflow.Now(ctx)
	if stage.Deadline != policy.NoDeadline {
		g.deadline = wait.NewDeadline(ctx, time.Duration(stage.Deadline), "deadline of gate "+g.id)
	}
	for _, e := range stage.Escalations {
		g.due = append(g.due, due{after: time.Duration(e.After)})
	}
	for _, d := range stage.Reminders {
		g.due = append(g.due, due{before: time.Duration(d)})
	}
	g.scheduleNext(ctx)
	notify(ctx, g, NoticeOpened)
}

// scheduleNext sets the alarm to the next thing that is due.
func (g *gate) scheduleNext(ctx workflow.Context) {
	if g.alarm != nil {
		g.alarm.Stop()
		g.alarm = nil
	}
	if len(g.due) == 0 {
		return
	}
	slices.SortStableFunc(g.due, func(a, b due) int { return g.when(a).Compare(g.when(b)) })
	left := g.when(g.due[0]).Sub(workflow.Now(ctx))
	g.overdue = left <= 0
	g.alarm = wait.NewDeadline(ctx, left, "reminders of gate "+g.id)
}

// when it is due: before the deadline, or after the stage's begin.
func (g *gate) when(d due) time.Time {
	if d.before > 0 {
		return g.deadline.Time().Add(-d.before)
	}
	return g.begun.Add(d.after)
}

// plus returns the sum of two durations, or the largest or smallest one that there
// is when the sum would overflow.
func plus(a, b time.Duration) time.Duration {
	switch {
	case b > 0 && a > math.MaxInt64-b:
		return math.MaxInt64
	case b < 0 && a < math.MinInt64-b:
		return math.MinInt64
	default:
		return a + b
	}
}

// stopTimers cancels the timers. A deadline that has passed is kept: a refusal
// names its time.
func (g *gate) stopTimers() {
	if g.deadline != nil {
		g.deadline.Stop()
	}
	if g.alarm != nil {
		g.alarm.Stop()
		g.alarm = nil
	}
}

// applyState does what the new state asks for: end the gate, stop the clock, or
// begin a stage.
func (g *gate) applyState(ctx workflow.Context) {
	g.foreseen = nil
	switch state := g.tally.State(); {
	case state.IsClosed():
		g.close(ctx)
	case state == policy.StateChangesRequested:
		g.stopTimers()
		notify(ctx, g, NoticeChanges)
	case g.tally.Stage() != g.stage || g.tally.Round() != g.round:
		g.startStage(ctx)
	}
	showOpen(ctx, g.gates)
	g.gates.attributes.update(g)
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
	if d := g.tally.ValidFor(); d > 0 && g.tally.State() == policy.StateApproved {
		g.usage.useBy = g.closed.Add(time.Duration(d))
	}
	g.gates.removeOpen(g)
	reportClosed(ctx, g)
	notify(ctx, g, NoticeClosed)
	if g.resolve != nil {
		g.resolve.Set(nil, nil)
	}
}

// whenClosed is ready when the gate is closed. Few ask for it, so that it is made when
// it is asked for.
func (g *gate) whenClosed() workflow.Future {
	if g.done == nil {
		g.done, g.resolve = workflow.NewFuture(g.gates.detached)
		if !g.closed.IsZero() {
			g.resolve.Set(nil, nil)
		}
	}
	return g.done
}

func (g *gate) cancel(ctx workflow.Context) {
	g.gates.acceptVotes()
	g.gates.drainSignals(ctx) // what has arrived, or a timer that has fired, may have decided it
	g.tick(ctx)
	if g.closed.IsZero() {
		g.tally.Cancel(workflow.Now(ctx))
		g.applyState(ctx)
	}
}

// deadlineAt returns the deadline of the stage, or zero when it has none.
func (g *gate) deadlineAt() time.Time {
	if g.deadline == nil || g.tally.State() == policy.StateChangesRequested {
		return time.Time{}
	}
	return g.deadline.Time()
}
