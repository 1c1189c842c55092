package timeouts

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Remind calls f once for each offset in before, that long ahead of the deadline,
// with the offset. It returns at once: f runs in a coroutine, and may block, which
// delays the next reminder. An offset that is in the past from the start is skipped.
// When the deadline is moved, the reminders move with it, and a reminder that
// becomes due again is given again. Reminders end with the deadline, or when ctx is
// canceled. A nil deadline never passes and has none.
//
// There is at most one timer at a time, for the next reminder, beside that of the
// deadline: two events for each reminder, and two more when the deadline is moved or
// stopped. For workflow code.
func Remind(ctx workflow.Context, deadline *signals.Deadline, f func(ctx workflow.Context, before time.Duration), before ...time.Duration) {
	if deadline == nil {
		return
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		r := reminders{deadline: deadline, before: before, since: workflow.Now(ctx)}
		for r.wait(ctx) {
			f(ctx, r.offset)
		}
	})
}

type reminders struct {
	deadline *signals.Deadline
	before   []time.Duration
	since    time.Time     // earlier reminders are done
	offset   time.Duration // of the next reminder
}

// wait blocks until the next reminder is due. It returns false when no more follow.
func (r *reminders) wait(ctx workflow.Context) bool {
	for !r.deadline.Stopped() {
		fired, err := r.waitOnce(ctx)
		switch {
		case err != nil:
			return false
		case fired:
			return true
		}
		r.skipUntil(workflow.Now(ctx))
	}
	return false
}

// waitOnce blocks until the next reminder is due, or the deadline has changed.
func (r *reminders) waitOnce(ctx workflow.Context) (fired bool, err error) {
	if r.deadline.Passed() { // a message that arrived in time may still move it
		return false, workflow.Await(ctx, func() bool { return r.deadline.Stopped() || !r.deadline.Passed() })
	}
	at := r.deadline.Time()
	changed := func() bool { return r.deadline.Stopped() || r.deadline.Passed() || !r.deadline.Time().Equal(at) }
	due, ok := r.next()
	if !ok {
		return false, workflow.Await(ctx, changed)
	}
	scope, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(scope, due.Sub(workflow.Now(ctx)), workflow.TimerOptions{Summary: "reminder"})
	if err := workflow.Await(ctx, func() bool { return changed() || timer.IsReady() }); err != nil {
		return false, err
	}
	if changed() {
		return false, nil
	}
	r.since = due
	return true, nil
}

// next returns when the next reminder is due. ok is false when there is none, as
// while the deadline is paused.
func (r *reminders) next() (due time.Time, ok bool) {
	for _, d := range r.before {
		at := r.deadline.Time().Add(-d)
		if d > 0 && at.After(r.since) && (!ok || at.Before(due)) {
			due, r.offset, ok = at, d, true
		}
	}
	return due, ok
}

// skipUntil skips the reminders that were due until now.
func (r *reminders) skipUntil(now time.Time) {
	if now.After(r.since) {
		r.since = now
	}
}
