package wait

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// A state says what became of a deadline's timer.
type state uint8

const (
	running       state = iota // the timer runs, or has fired
	paused                     // there is no timer, and left is kept
	stopped                    // Stop was called before the timer fired
	stoppedPassed              // Stop was called after the timer had fired
)

// A Deadline is one timer, and the memory of what had arrived when it fired. It is not
// bound to the cancellation of the context that it was made with: only Stop, Move and
// Pause end the timer early, so "passed" never means "canceled".
type Deadline struct {
	summary string
	state   state
	at      time.Time
	left    time.Duration // while it is paused
	timer   workflow.Future
	cancel  workflow.CancelFunc

	shared bool // by others than the wait that made it
	closed bool // a wait has ended by it
	inTime task // the workflow task in which something was received that came before it passed
	run    *Run // nil without the interceptor
	seen   []int
}

// NewDeadline starts a timer of d from now, with a summary for the Web UI. A d of zero
// or less has passed at once and costs no event.
func NewDeadline(ctx workflow.Context, d time.Duration, summary string) *Deadline {
	deadline := &Deadline{summary: summary}
	deadline.start(ctx, workflow.Now(ctx).Add(max(d, 0)))
	if run := FromContext(ctx); run != nil {
		run.track(deadline)
	}
	return deadline
}

// MarkShared says that others than the wait that made the deadline may move it. It
// returns the deadline.
func (d *Deadline) MarkShared() *Deadline {
	d.shared = true
	return d
}

func (d *Deadline) start(ctx workflow.Context, at time.Time) {
	detached, cancel := workflow.NewDisconnectedContext(ctx)
	d.at, d.cancel = at, cancel
	d.timer = workflow.NewTimerWithOptions(detached, at.Sub(workflow.Now(ctx)), workflow.TimerOptions{Summary: d.summary})
}

// Time returns the instant for which the deadline is set; the zero time while it is
// paused, or when it was stopped while it was.
func (d *Deadline) Time() time.Time { return d.at }

// Remaining returns the time that is left, as the current workflow task sees it.
func (d *Deadline) Remaining(ctx workflow.Context) time.Duration {
	switch {
	case d.state == paused:
		return d.left
	case d.Stopped() || d.Passed():
		return 0
	}
	return max(d.at.Sub(workflow.Now(ctx)), 0)
}

// Passed reports whether the timer has fired in this run's history. It may be called
// anywhere in workflow code, update validators included.
func (d *Deadline) Passed() bool {
	return d.state == running && d.timer.IsReady() || d.state == stoppedPassed
}

// Stopped reports whether Stop was called.
func (d *Deadline) Stopped() bool { return d.state >= stopped }

// Paused reports whether the deadline is paused.
func (d *Deadline) Paused() bool { return d.state == paused }

// Stop cancels the timer unless it has fired. A second call does nothing.
func (d *Deadline) Stop() {
	if d.Stopped() {
		return
	}
	if d.Passed() {
		d.state = stoppedPassed
	} else {
		d.state = stopped
	}
	if d.run != nil {
		d.run.forget(d)
	}
	d.cancel()
}
