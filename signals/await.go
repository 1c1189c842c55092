package signals

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// AwaitUntil waits until the condition holds or the deadline has passed; then ok is
// false. Use it for state that other coroutines and handlers change; to wait for
// messages, use a [Channel]. When ctx is canceled it returns the CanceledError. A nil
// deadline never passes. For workflow code.
//
// A condition cannot show what came first, so it gets the benefit of the doubt: when
// the deadline has passed, the other coroutines run up to four times more, with all
// that has arrived, before the condition is asked for the last time. One of them may
// move the deadline; then the wait goes on. The SDK's AwaitWithTimeout does not do so,
// and reports a timeout for what was in time while the worker was down. The condition
// runs often: it must be quick and change nothing.
func AwaitUntil(ctx workflow.Context, deadline *Deadline, condition func() bool) (ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	var core *wait.Deadline
	if deadline != nil {
		core = deadline.core
	}
	passed := func() bool { return core != nil && core.Passed() }
	for {
		err := workflow.Await(ctx, func() bool { return condition() || passed() || stoppedError(core) != nil })
		if err != nil {
			return false, err
		}
		// What changes the condition, or moves the deadline, runs in between.
		err = wait.Yield(ctx, func() bool { return condition() || !passed() })
		switch {
		case err != nil:
			return false, err
		case condition():
			if core != nil {
				core.NoteInTime(ctx)
			}
			return true, nil
		case stoppedError(core) != nil:
			return false, stoppedError(core)
		case passed():
			core.Close()
			return false, nil
		}
	}
}

// AwaitWithTimeout works like [AwaitUntil] with a deadline of its own. It asks the condition
// once even when timeout is zero or negative, starts no timer when the condition holds,
// and cancels its timer when it returns.
func AwaitWithTimeout(ctx workflow.Context, timeout time.Duration, condition func() bool) (ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if condition() {
		return true, nil
	}
	deadline := NewDeadline(ctx, timeout)
	ok, err = AwaitUntil(ctx, deadline, condition)
	deadline.Stop()
	return ok, err
}
