package wait

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// A task identifies a workflow task within its run. workflow.Now does not: it goes
// on when a local activity ends. The length of the history does not change in a
// task; only a test environment does not count it, and there the time must do.
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

// Spare notes that something was received in time although the timer has fired.
// Until the end of the workflow task it may move the deadline.
func (d *Deadline) NoteInTime(ctx workflow.Context) {
	if d.Passed() {
		d.spared = taskOf(ctx)
	}
}

// Expire notes that a wait has ended by the deadline, which is its verdict. It
// cannot be moved any more.
func (d *Deadline) Close() { d.over = true }

// Movable reports whether the deadline can still be moved: it has not passed,
// or what is handled right now came before it did.
func (d *Deadline) CanMove(ctx workflow.Context) bool {
	return !d.stopped && !d.over && (!d.Passed() || d.spared == taskOf(ctx))
}

// Shift moves a movable deadline by so much, to either side. Unless it is
// paused, a new timer takes the place of the old one.
func (d *Deadline) Move(ctx workflow.Context, by time.Duration) {
	if d.paused {
		d.left = max(Sum(d.left, by), 0)
		return
	}
	d.cancel()
	now := workflow.Now(ctx)
	d.restart(ctx, now.Add(Sum(d.at.Sub(now), by))) // the longest is 292 years from now
}

// Paused reports whether the deadline is paused.
func (d *Deadline) Paused() bool { return d.paused }

// Pause cancels the timer of a movable deadline and keeps what is left. A
// second call does nothing.
func (d *Deadline) Pause(ctx workflow.Context) {
	if d.paused {
		return
	}
	d.left, d.paused = d.Remaining(ctx), true
	d.seen = nil // what comes now is not late
	d.cancel()
}

// Resume starts the timer of a paused deadline again, for what was left, but at
// latest until so long from now.
func (d *Deadline) Resume(ctx workflow.Context, latest time.Duration) {
	if d.paused && !d.stopped {
		d.paused = false
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

// maxYields is how many coroutines a result may have to pass through, each woken by
// the one before, to be seen in time.
const maxYields = 4

// Yield lets the other coroutines run, with all that has arrived, until done
// holds or they have had their turns. It costs no event, and never waits for
// anything to come.
func Yield(ctx workflow.Context, done func() bool) error {
	for range maxYields {
		if done() {
			return nil
		}
		turn := 0 // the second look comes when all others have run
		if err := workflow.Await(ctx, func() bool { turn++; return turn > 1 }); err != nil {
			return err
		}
	}
	return nil
}

// Yield lets others have their turns before a wait ends by the deadline, if
// they share it: one of them may move it.
func (d *Deadline) YieldIfShared(ctx workflow.Context) error {
	if !d.shared {
		return nil
	}
	return Yield(ctx, func() bool { return !d.Passed() })
}
