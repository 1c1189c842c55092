package approval

import (
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

// begin starts the clock of a stage: one timer for the deadline, and one for the
// next thing that is due.
func (g *gate) begin(ctx workflow.Context) {
	g.stopClock()
	stage := g.tally.Current()
	g.stage, g.round, g.extended = g.tally.Stage(), g.tally.Round(), 0
	g.deadline, g.due, g.begun = nil, nil, workflow.Now(ctx)
	if stage.Deadline != policy.NoDeadline {
		g.deadline = wait.NewDeadline(ctx, time.Duration(stage.Deadline), "deadline of gate "+g.id)
	}
	for _, e := range stage.Ladder {
		g.due = append(g.due, due{after: time.Duration(e.After)})
	}
	for _, d := range stage.Remind {
		g.due = append(g.due, due{before: time.Duration(d)})
	}
	g.arm(ctx)
	g.notify(ctx, NoticeOpened)
}

// arm sets the alarm to the next thing that is due.
func (g *gate) arm(ctx workflow.Context) {
	if g.alarm != nil {
		g.alarm.Stop()
		g.alarm = nil
	}
	if len(g.due) == 0 {
		return
	}
	slices.SortStableFunc(g.due, func(a, b due) int { return g.when(a).Compare(g.when(b)) })
	g.alarm = wait.NewDeadline(ctx, g.when(g.due[0]).Sub(workflow.Now(ctx)), "reminders of gate "+g.id)
}

// when it is due: before the deadline, or after the stage's begin.
func (g *gate) when(d due) time.Time {
	if d.before > 0 {
		return g.deadline.At().Add(-d.before)
	}
	return g.begun.Add(d.after)
}

// tick looks at the timers of an open gate.
func (g *gate) tick(ctx workflow.Context) {
	if !g.expire(ctx) && g.alarm != nil && g.alarm.Passed() {
		g.ring(ctx)
	}
}

// expire ends a stage whose deadline has passed.
func (g *gate) expire(ctx workflow.Context) bool {
	if !g.closed.IsZero() || g.deadline == nil || !g.deadline.Passed() {
		return false
	}
	g.deadline.Expire()
	g.tally.Expire(workflow.Now(ctx))
	g.follow(ctx)
	return true
}

// ring does what the alarm has fired for.
func (g *gate) ring(ctx workflow.Context) {
	d, stage, round := g.due[0], g.stage, g.round
	g.due = g.due[1:]
	if d.before > 0 {
		g.tally.Note("reminded", "", d.before.String(), workflow.Now(ctx))
		g.notify(ctx, NoticeReminder)
	} else if _, ok := g.tally.Escalate(workflow.Now(ctx)); ok {
		g.notify(ctx, NoticeEscalated)
		g.follow(ctx) // votes that were given may be enough now
	}
	if g.tally.State() == Open && g.stage == stage && g.round == round {
		g.arm(ctx)
	}
}

// stopClock cancels the timers. A deadline that has passed is kept, for who asks
// when that was.
func (g *gate) stopClock() {
	if g.deadline != nil {
		g.deadline.Stop()
	}
	if g.alarm != nil {
		g.alarm.Stop()
		g.alarm = nil
	}
}
