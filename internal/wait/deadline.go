package wait

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// A Deadline is one timer, and the memory of what had arrived when it fired.
// It is not bound to the cancellation of the context that it was made with:
// only Stop ends it early, so that "passed" never means "canceled".
type Deadline struct {
	at      time.Time
	timer   workflow.Future
	cancel  workflow.CancelFunc
	stopped bool
	passed  bool // meaningful once stopped
	run     *Run // nil without the interceptor
	cut     []int
}

// NewDeadline starts a timer of d from now, with a summary for the Web UI. A
// d of zero or less has passed at once and costs no event.
func NewDeadline(ctx workflow.Context, d time.Duration, summary string) *Deadline {
	detached, cancel := workflow.NewDisconnectedContext(ctx)
	deadline := &Deadline{
		at:     workflow.Now(ctx).Add(max(d, 0)),
		timer:  workflow.NewTimerWithOptions(detached, d, workflow.TimerOptions{Summary: summary}),
		cancel: cancel,
	}
	if run := FromContext(ctx); run != nil {
		run.watch(deadline)
	}
	return deadline
}

// At is the instant for which the deadline was set.
func (d *Deadline) At() time.Time { return d.at }

// Passed reports whether the timer has fired in this run's history. It may be
// called anywhere in workflow code, update validators included.
func (d *Deadline) Passed() bool {
	if d.stopped {
		return d.passed
	}
	return d.timer.IsReady()
}

// Fired is ready once the timer has fired or Stop was called.
func (d *Deadline) Fired() workflow.Future { return d.timer }

// Stop cancels the timer unless it has fired. A second call does nothing.
func (d *Deadline) Stop() {
	if d.stopped {
		return
	}
	d.passed, d.stopped = d.timer.IsReady(), true
	if d.run != nil {
		d.run.forget(d)
	}
	d.cancel()
}
