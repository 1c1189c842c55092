package wait

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// A Deadline is one timer, and the memory of what had arrived when it fired.
// It is not bound to the cancellation of the context that it was made with:
// only Stop, Move and Pause end the timer early, so that "passed" never means
// "canceled".
type Deadline struct {
	at      time.Time
	timer   workflow.Future
	cancel  workflow.CancelFunc
	summary string
	passed  bool // meaningful once stopped
	stopped bool
	paused  bool
	left    time.Duration // meaningful while paused
	shared  bool          // by others than the one wait that made it
	spared  task          // the workflow task in which something was received that came before
	over    bool          // a wait has ended by it
	run     *Run          // nil without the interceptor
	seen    []int
}

// NewDeadline starts a timer of d from now, with a summary for the Web UI. A
// d of zero or less has passed at once and costs no event.
func NewDeadline(ctx workflow.Context, d time.Duration, summary string) *Deadline {
	deadline := &Deadline{summary: summary}
	deadline.start(ctx, workflow.Now(ctx).Add(max(d, 0)))
	if run := FromContext(ctx); run != nil {
		run.track(deadline)
	}
	return deadline
}

// Share says that others than the one wait that made the deadline may move it.
func (d *Deadline) MarkShared() *Deadline {
	d.shared = true
	return d
}

func (d *Deadline) start(ctx workflow.Context, at time.Time) {
	detached, cancel := workflow.NewDisconnectedContext(ctx)
	d.at, d.cancel = at, cancel
	d.timer = workflow.NewTimerWithOptions(detached, at.Sub(workflow.Now(ctx)), workflow.TimerOptions{Summary: d.summary})
}

// At is the instant for which the deadline is set; the zero time while it is
// paused.
func (d *Deadline) Time() time.Time {
	if d.paused {
		return time.Time{}
	}
	return d.at
}

// Left is how much time is left, as seen by the current workflow task.
func (d *Deadline) Remaining(ctx workflow.Context) time.Duration {
	switch {
	case d.paused:
		return d.left
	case d.stopped || d.Passed():
		return 0
	}
	return max(d.at.Sub(workflow.Now(ctx)), 0)
}

// Passed reports whether the timer has fired in this run's history. It may be
// called anywhere in workflow code, update validators included.
func (d *Deadline) Passed() bool {
	switch {
	case d.stopped:
		return d.passed
	case d.paused:
		return false
	}
	return d.timer.IsReady()
}

// Stopped reports whether Stop was called.
func (d *Deadline) Stopped() bool { return d.stopped }

// Stop cancels the timer unless it has fired. A second call does nothing.
func (d *Deadline) Stop() {
	if d.stopped {
		return
	}
	d.passed, d.stopped = d.Passed(), true
	if d.run != nil {
		d.run.forget(d)
	}
	d.cancel()
}
