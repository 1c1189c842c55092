package signals

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// AwaitUntil waits until the condition holds or the deadline has passed; then
// ok is false. It is for state that other coroutines and handlers change; to
// wait for messages, use a [Channel]. When ctx is canceled it returns the
// CanceledError. A nil deadline never passes. For workflow code.
//
// A condition cannot show what came first, so it gets the benefit of the doubt:
// when the deadline has passed, the other coroutines run up to four times more,
// with all that has arrived, before the condition is asked for the last time.
// One of them may move the deadline, then the wait goes on. The SDK's
// AwaitWithTimeout does not, and calls late what was in time when the worker
// was down. The condition runs often: it must be quick and change nothing.
func AwaitUntil(ctx workflow.Context, deadline *Deadline, condition func() bool) (ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	passed := func() bool { return deadline != nil && deadline.Passed() }
	never := func() error {
		if deadline == nil {
			return nil
		}
		return endless(deadline.core)
	}
	for {
		if err := workflow.Await(ctx, func() bool { return condition() || passed() || never() != nil }); err != nil {
			return false, err
		}
		// Whoever changes the condition, or moves the deadline, runs in between.
		err := wait.Yield(ctx, func() bool { return condition() || !passed() })
		switch {
		case err != nil:
			return false, err
		case condition():
			if deadline != nil {
				deadline.core.NoteInTime(ctx)
			}
			return true, nil
		case never() != nil:
			return false, never()
		case passed():
			deadline.core.Close()
			return false, nil
		}
	}
}

// AwaitWithTimeout is [AwaitUntil] with a deadline of its own. It looks once
// even when timeout is zero or negative, starts no timer when the condition
// holds, and cancels its timer when it returns.
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
