package timeouts

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Do calls f with a context that is canceled after d, and waits until f has
// returned. It returns what f returns, with two exceptions: when the time is up, the
// error has [ReasonTimedOut], and when d is zero or negative, f is not called. The
// value of f is returned in any case. An error of f is the cause of the timeout,
// without the cancellations in it. For workflow code.
//
// f runs in a coroutine of its own and must block with the context that it receives.
// An activity for which f should wait needs WaitForCancellation. When f ends and the
// time is up in the same workflow task, f counts as in time, because their order
// cannot be seen. When ctx is canceled in time, Do returns what f returns, however
// long that takes.
func Do[T any](ctx workflow.Context, d time.Duration, f func(workflow.Context) (T, error)) (T, error) {
	deadline := signals.NewDeadline(ctx, d) // one that has passed already has no timer
	defer deadline.Stop()
	return DoUntil(ctx, deadline, 0, f)
}

// DoUntil works like [Do] with a deadline that other code may move. When grace is positive,
// f has that time to return after its context was canceled, by the deadline or with
// ctx. Then f is abandoned: it continues, and its result is lost. If ctx was
// canceled, DoUntil returns the CanceledError then. The grace takes a second timer.
// A nil deadline never passes.
func DoUntil[T any](
	ctx workflow.Context, deadline *signals.Deadline, grace time.Duration, f func(workflow.Context) (T, error),
) (v T, err error) {
	if err := ctx.Err(); err != nil {
		return v, err
	}
	if deadline != nil && deadline.Passed() {
		// A message that arrived in time may still move it.
		switch moved, err := signals.AwaitUntil(ctx, deadline, func() bool { return !deadline.Passed() }); {
		case err != nil:
			return v, err
		case !moved:
			return v, timedOutError(deadline.Time(), false, nil)
		}
	}
	done := false
	scope, cancel := workflow.WithCancel(ctx)
	workflow.Go(scope, func(ctx workflow.Context) {
		v, err = f(ctx)
		done = true
	})
	detached, release := workflow.NewDisconnectedContext(ctx)
	defer release() // nothing else cancels it
	inTime := awaitEnd(ctx, detached, deadline, &done)
	cancel()
	var at time.Time
	if !inTime {
		at = deadline.Time()
	}
	awaitGrace(detached, grace, &done)
	switch {
	case !inTime:
		return v, timedOutError(at, !done, err)
	case !done:
		return v, ctx.Err()
	}
	return v, err
}

// awaitEnd waits until f is done, ctx is canceled, or the deadline passes. It
// returns false for the deadline.
func awaitEnd(ctx, detached workflow.Context, deadline *signals.Deadline, done *bool) (inTime bool) {
	ended := func() bool { return *done || ctx.Err() != nil }
	inTime, stopped := signals.AwaitUntil(detached, deadline, ended)
	if stopped != nil { // the deadline cannot pass any more
		_ = workflow.Await(detached, ended)
		return true
	}
	return inTime
}

// awaitGrace waits until f is done, or the grace is over if there is one.
func awaitGrace(detached workflow.Context, grace time.Duration, done *bool) {
	finished := func() bool { return *done }
	if grace <= 0 {
		_ = workflow.Await(detached, finished)
		return
	}
	_ = wait.Yield(detached, finished) // most end at once and need no second timer
	_, _ = signals.AwaitWithTimeout(detached, grace, finished)
}

func timedOutError(at time.Time, abandoned bool, cause error) error {
	message := fmt.Sprintf("timeouts: step not finished by %s; raise the limit or do less", at.UTC().Format(time.RFC3339))
	if abandoned {
		message = fmt.Sprintf("timeouts: step not finished by %s, and still running after its cancellation; let it block with the "+
			"context that it receives", at.UTC().Format(time.RFC3339))
	}
	return apperr.New(ReasonTimedOut, message, apperr.Options{
		Cause: withoutCancellation(cause), Detail: TimedOut{Deadline: at, Abandoned: abandoned}, Retryable: true,
	})
}
