package approval

import (
	"math"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// noStage stands for the stage of timers before the first stage begins.
const noStage = -1

// timers has the timers of a stage.
type timers struct {
	stage, round int            // to which they belong
	deadline     *wait.Deadline // of the stage; nil when there is none
	nextDue      *wait.Deadline // of the first of gate.Due; nil when there is none
	overdue      bool           // its time had passed when nextDue was set
}

// startStage starts the timers of a stage: one for the deadline, and one for the first
// reminder or escalation.
func (g *gate) startStage(ctx workflow.Context) {
	g.stopTimers()
	stage := g.tally.Current()
	g.timers = timers{stage: g.tally.Stage(), round: g.tally.Round()}
	g.stageState, g.pendingNotice = stageState{Begun: workflow.Now(ctx)}, ""
	if stage.Deadline != policy.NoDeadline {
		g.deadline = wait.NewDeadline(ctx, time.Duration(stage.Deadline), "deadline of gate "+g.ID)
	}
	for _, e := range stage.Escalations {
		g.Due = append(g.Due, due{After: e.After})
	}
	for _, d := range stage.Reminders {
		g.Due = append(g.Due, due{Before: d})
	}
	for _, d := range stage.RemindAfter {
		g.Due = append(g.Due, due{After: d, Remind: true})
	}
	if d := stage.RemindEvery; d > 0 {
		g.Due = append(g.Due, due{After: d, Remind: true, Every: d})
	}
	g.scheduleNext(ctx)
	notify(ctx, g, NoticeOpened)
}

// scheduleNext starts a timer for the first reminder or escalation that is still to come,
// unless the stage ends before.
func (g *gate) scheduleNext(ctx workflow.Context) {
	if g.nextDue != nil {
		g.nextDue.Stop()
		g.nextDue = nil
	}
	if len(g.Due) == 0 {
		return
	}
	slices.SortStableFunc(g.Due, func(a, b due) int { return g.dueAt(a).Compare(g.dueAt(b)) })
	at := g.dueAt(g.Due[0])
	if g.deadline != nil && at.After(g.deadline.Time()) {
		return
	}
	left := at.Sub(workflow.Now(ctx))
	g.overdue = left <= 0
	g.nextDue = wait.NewDeadline(ctx, left, "reminders of gate "+g.ID)
}

// dueAt returns the time at which d is due.
func (g *gate) dueAt(d due) time.Time {
	if d.Before > 0 {
		return g.deadline.Time().Add(-d.Before)
	}
	return g.Begun.Add(d.After)
}

// plus returns the sum of two durations, or the largest or smallest duration when the sum
// would overflow.
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

// stopTimers cancels the timers. It keeps a deadline that has passed, because refusals
// name its time.
func (g *gate) stopTimers() {
	if g.deadline != nil {
		g.deadline.Stop()
	}
	if g.nextDue != nil {
		g.nextDue.Stop()
		g.nextDue = nil
	}
}

// applyState acts on a new state: it closes the gate, stops the timers or begins a stage.
func (g *gate) applyState(ctx workflow.Context) {
	g.talliesAfter = nil
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

// close closes the gate and ends the waits for it. It does not wait for the notice.
func (g *gate) close(ctx workflow.Context) {
	if g.isClosed() {
		return
	}
	g.Closed = workflow.Now(ctx)
	if !g.gates.oneGate || g.Notify != "" { // the run waits for the notice, and timers must not fire meanwhile
		g.stopTimers()
	}
	if d := g.tally.ValidFor(); d > 0 && g.tally.State() == policy.StateApproved {
		g.UseBy = g.Closed.Add(time.Duration(d))
	}
	g.gates.removeOpen(g)
	reportClosed(ctx, g)
	recordSpan(g)
	notify(ctx, g, NoticeClosed)
	if g.resolve != nil {
		g.resolve.Set(nil, nil)
	}
}

// whenClosed returns a future that is ready when the gate is closed. The first call makes
// it.
func (g *gate) whenClosed() workflow.Future {
	if g.done == nil {
		g.done, g.resolve = workflow.NewFuture(g.gates.detached)
		if g.isClosed() {
			g.resolve.Set(nil, nil)
		}
	}
	return g.done
}

// cancel closes the gate as canceled, unless votes or timers that the run has received by
// now close it otherwise.
func (g *gate) cancel(ctx workflow.Context) {
	g.gates.acceptVotes()
	g.gates.drainSignals(ctx)
	g.applyFired(ctx)
	if !g.isClosed() {
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
