package wait

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// A task identifies a workflow task within its run. workflow.Now does not: it advances
// when a local activity ends. The length of the history does not change in a task. The
// test environment does not count it; there the time must do.
type task struct {
	length int
	now    int64
}

func taskOf(ctx workflow.Context) task {
	if length := workflow.GetInfo(ctx).GetCurrentHistoryLength(); length > 0 {
		return task{length: length}
	}
	return task{now: workflow.Now(ctx).UnixNano()}
}

// NoteInTime notes that something was received in time although the timer has fired.
// Until the end of the workflow task it may move the deadline.
func (d *Deadline) NoteInTime(ctx workflow.Context) {
	if d.Passed() {
		d.inTime = taskOf(ctx)
	}
}

// Close notes that a wait has ended by the deadline. It cannot be moved any more.
func (d *Deadline) Close() { d.closed = true }

// CanMove reports whether the deadline can still be moved: it has not passed, or what
// is handled right now came before it did.
func (d *Deadline) CanMove(ctx workflow.Context) bool {
	return !d.Stopped() && !d.closed && (!d.Passed() || d.inTime == taskOf(ctx))
}

// Move moves a deadline that can be moved, to either side. Unless it is paused, a new
// timer takes the place of the old one.
func (d *Deadline) Move(ctx workflow.Context, by time.Duration) {
	if d.Paused() {
		d.left = max(Sum(d.left, by), 0)
		return
	}
	d.cancel()
	now := workflow.Now(ctx)
	d.restart(ctx, now.Add(Sum(d.at.Sub(now), by))) // the longest is 292 years from now
}

// Pause cancels the timer of a deadline that can be moved, and keeps what is left. A
// second call does nothing.
func (d *Deadline) Pause(ctx workflow.Context) {
	if d.Paused() {
		return
	}
	d.left, d.state, d.at = d.Remaining(ctx), paused, time.Time{}
	d.seen = nil // what comes now is not late
	d.cancel()
}

// Resume starts the timer of a paused deadline again, for what was left, but not for
// longer than latest.
func (d *Deadline) Resume(ctx workflow.Context, latest time.Duration) {
	if d.Paused() {
		d.state = running
		d.restart(ctx, workflow.Now(ctx).Add(max(min(d.left, latest), 0)))
	}
}

func (d *Deadline) restart(ctx workflow.Context, at time.Time) {
	d.start(ctx, at)
	if d.run != nil {
		d.seen = nil
		d.run.track(d)
	}
}

// maxYields is the number of coroutines that a result may have to pass through, each
// woken by the one before, to be seen in time.
const maxYields = 4

// Yield lets the other coroutines run, with all that has arrived, until done holds, at
// most maxYields times. It costs no event, and never waits for anything to come.
func Yield(ctx workflow.Context, done func() bool) error {
	for range maxYields {
		if done() {
			return nil
		}
		looks := 0 // the second one comes when all others have run
		if err := workflow.Await(ctx, func() bool { looks++; return looks > 1 }); err != nil {
			return err
		}
	}
	return nil
}

// YieldIfShared yields before a wait ends by the deadline, if others share it: one of
// them may move it.
func (d *Deadline) YieldIfShared(ctx workflow.Context) error {
	if !d.shared {
		return nil
	}
	return Yield(ctx, func() bool { return !d.Passed() })
}
