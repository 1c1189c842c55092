package timeouts

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Remind calls f so long before the deadline, once for each of before, which may
// be in any order; f is told which. It returns at once: f runs in a coroutine,
// and may block, which makes the next reminder late. One that would be in the
// past from the beginning is left out. When the deadline is moved, the reminders
// move with it, and those that were given are given again if they are due once
// more. They end with the deadline, or when ctx is canceled. A nil deadline never
// passes, so there are none.
//
// At any time there is one timer, for the next reminder, beside that of the
// deadline: two events for each reminder that is given, and two when the
// deadline is moved or stopped meanwhile. For workflow code.
func Remind(ctx workflow.Context, deadline *signals.Deadline, f func(ctx workflow.Context, before time.Duration), before ...time.Duration) {
	if deadline == nil { // it never passes
		return
	}
	workflow.Go(ctx, func(ctx workflow.Context) {
		r := reminders{deadline: deadline, before: before, since: workflow.Now(ctx)}
		for r.wait(ctx) {
			f(ctx, r.ahead)
		}
	})
}

type reminders struct {
	deadline *signals.Deadline
	before   []time.Duration
	since    time.Time     // what was due until then is over
	ahead    time.Duration // of the deadline is the next one
}

// timedOutError reports whether no reminder is due now. A deadline that has passed may still
// be moved, by what came before it did.
func (r *reminders) over() bool { return r.deadline.Stopped() || r.deadline.Passed() }

// next is when the next reminder is due; ok is false when there is none, as while
// the deadline is paused.
func (r *reminders) next() (due time.Time, ok bool) {
	for _, d := range r.before {
		at := r.deadline.At().Add(-d)
		if d > 0 && at.After(r.since) && (!ok || at.Before(due)) {
			due, r.ahead, ok = at, d, true
		}
	}
	return due, ok
}

// wait blocks until the next reminder is due; it returns false when no further
// one will be.
func (r *reminders) wait(ctx workflow.Context) bool {
	for !r.deadline.Stopped() {
		if r.deadline.Passed() {
			if workflow.Await(ctx, func() bool { return r.deadline.Stopped() || !r.deadline.Passed() }) != nil {
				return false
			}
			r.since = later(r.since, workflow.Now(ctx))
			continue
		}
		at := r.deadline.At()
		moved := func() bool { return r.over() || !r.deadline.At().Equal(at) }
		if due, ok := r.next(); ok {
			scope, cancel := workflow.WithCancel(ctx)
			timer := workflow.NewTimerWithOptions(scope, due.Sub(workflow.Now(ctx)), workflow.TimerOptions{Summary: "reminder"})
			err := workflow.Await(ctx, func() bool { return moved() || timer.IsReady() })
			fired := timer.IsReady()
			cancel()
			switch {
			case err != nil:
				return false
			case moved():
				r.since = later(r.since, workflow.Now(ctx))
			case fired:
				r.since = due
				return true
			}
			continue
		}
		if workflow.Await(ctx, moved) != nil {
			return false
		}
		r.since = later(r.since, workflow.Now(ctx))
	}
	return false
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
