package signals

import (
	"math"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A Deadline is one timer that several waits may share, and that can be moved while
// they wait. Its methods are for workflow code.
//
// What came before the timer fired may still move it, as history decides: in the
// workflow task in which a wait like [Channel.ReceiveUntil] returns such a message,
// Extend works although Passed is true. Once a wait has ended by the deadline, or
// something else has come later, it does not. An update handler that moves a deadline
// should have a validator that refuses when Passed is true: that is exact, and costs
// no event.
type Deadline struct {
	core   *wait.Deadline
	latest time.Time // zero: no limit
}

// NewDeadline starts a timer of d from now: one history event, and one more when it
// fires or is stopped. A d of zero or less has passed at once.
func NewDeadline(ctx workflow.Context, d time.Duration) *Deadline {
	return &Deadline{core: wait.NewDeadline(ctx, d, "deadline").MarkShared()}
}

// SetLimit sets the latest instant to which the deadline can be extended. The zero
// time is no limit.
func (d *Deadline) SetLimit(latest time.Time) { d.latest = latest }

// Time returns the instant for which the deadline is set, in workflow time; the zero
// time while it is paused.
func (d *Deadline) Time() time.Time { return d.core.Time() }

// Remaining returns the time that was left when the current workflow task began: zero
// when the deadline has passed or was stopped, and while it is paused, what will be
// left when it is resumed.
func (d *Deadline) Remaining(ctx workflow.Context) time.Duration { return d.core.Remaining(ctx) }

// Passed reports whether the timer has fired in the run's history. It is safe in
// update validators and query handlers.
func (d *Deadline) Passed() bool { return d.core.Passed() }

// Paused reports whether the deadline is paused.
func (d *Deadline) Paused() bool { return d.core.Paused() }

// Stop cancels the timer. Call it when the waiting is over and the run goes on; a run
// that ends right then needs no Stop, and saves the event. A wait until a deadline that
// was stopped before it passed fails with [ReasonStopped]; it would never end.
func (d *Deadline) Stop() { d.core.Stop() }

// Stopped reports whether Stop was called.
func (d *Deadline) Stopped() bool { return d.core.Stopped() }

// Extend moves the deadline later by that much: two history events, none while it is
// paused. It fails with [ReasonNotMoved].
func (d *Deadline) Extend(ctx workflow.Context, by time.Duration) error {
	if err := d.checkMove(ctx, "extended", by); err != nil {
		return err
	}
	now := workflow.Now(ctx)
	left := d.Remaining(ctx) // while it is paused
	if !d.core.Paused() {
		left = d.core.Time().Sub(now) // negative when it has passed
	}
	at := now.Add(wait.Sum(left, by))
	if !d.latest.IsZero() && at.After(d.latest) {
		return refuse(ReasonNotMoved, "the deadline cannot be extended by %v to %v, its limit is %v; extend it by less, or start a new wait",
			by, instant(at), instant(d.latest))
	}
	d.core.Move(ctx, by)
	return nil
}

// Shorten moves the deadline earlier by that much. When less is left, it passes at
// once. It costs what Extend costs, and fails as Extend does.
func (d *Deadline) Shorten(ctx workflow.Context, by time.Duration) error {
	if err := d.checkMove(ctx, "shortened", by); err != nil {
		return err
	}
	d.core.Move(ctx, -by)
	return nil
}

// Pause cancels the timer, one event; the deadline cannot pass until Resume is called.
// A second call does nothing. It fails as Extend does.
func (d *Deadline) Pause(ctx workflow.Context) error {
	if err := d.checkMove(ctx, "paused", 1); err != nil {
		return err
	}
	d.core.Pause(ctx)
	return nil
}

// Resume starts the timer again, one event, for what was left when the deadline was
// paused, but not beyond the limit. It does nothing when the deadline is not paused.
func (d *Deadline) Resume(ctx workflow.Context) {
	latest := time.Duration(math.MaxInt64)
	if !d.latest.IsZero() {
		latest = d.latest.Sub(workflow.Now(ctx))
	}
	d.core.Resume(ctx, latest)
}

func (d *Deadline) checkMove(ctx workflow.Context, how string, by time.Duration) error {
	switch {
	case by <= 0:
		return refuse(ReasonNotMoved, "the deadline cannot be %s by %v; give a positive duration", how, by)
	case d.core.Stopped():
		return refuse(ReasonNotMoved, "the deadline of %v was stopped and cannot be %s; start a new wait", instant(d.core.Time()), how)
	case !d.core.CanMove(ctx):
		return refuse(ReasonNotMoved, "the deadline of %v has passed and cannot be %s; start a new wait", instant(d.core.Time()), how)
	}
	return nil
}

// stoppedError returns the error of a wait until a deadline that will never pass.
func stoppedError(d *wait.Deadline) error {
	if d == nil || !d.Stopped() || d.Passed() {
		return nil
	}
	return refuse(ReasonStopped, "the deadline of %v was stopped, so a wait until it would never end by it; "+
		"stop it after the last wait, or pass nil to wait without a deadline", instant(d.Time()))
}

func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }
