package timeouts

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

const timedOut = "TimedOut"

// ErrTypeTimedOut is the type of the application error of [Do] and [DoUntil]
// when time is up. It can be retried.
const ErrTypeTimedOut = "timeouts." + timedOut

// TimedOut is the detail of such an error.
type TimedOut struct {
	// Deadline is the instant that has passed.
	Deadline time.Time `json:"deadline"`
	// Abandoned is true when what was done has not ended within the grace.
	Abandoned bool `json:"abandoned,omitempty"`
}

// IsTimedOut reports whether err says that the time of a [Do] is up. A
// cancellation is never taken for one. It answers the same in the workflow, its
// parent and a client. The time-outs of activities are told by [KindOf].
func IsTimedOut(err error) bool { return apperr.Condition(err, "timeouts") == timedOut }

// Do calls f with a context that is canceled when d has passed, and waits until
// f has returned. In time, it returns what f returns, and so it does when ctx
// is canceled in time, however long f then takes. Else the error has the type
// [ErrTypeTimedOut], with f's error as its cause unless that is the cancellation; it
// is returned with f's value. When d is zero or negative, f is not called. For
// workflow code.
//
// f runs in a coroutine of its own and must block with the context that it is
// given. An activity that is to be waited for needs WaitForCancellation. When
// the end of f and that of the time reach the workflow in one workflow task,
// which came first cannot be seen, and f has the benefit of the doubt.
func Do[T any](ctx workflow.Context, d time.Duration, f func(workflow.Context) (T, error)) (T, error) {
	deadline := signals.NewDeadline(ctx, d) // one that has passed at once has no timer
	defer deadline.Stop()
	return DoUntil(ctx, deadline, 0, f)
}

// DoUntil is [Do] with a deadline that others may extend or shorten meanwhile.
// When grace is positive, f has so much time to return after its context was
// canceled, by the deadline or with ctx; then it is abandoned, and goes on unseen.
// When ctx was canceled, DoUntil then returns the CanceledError. The grace takes a
// second timer. A nil deadline never passes.
func DoUntil[T any](ctx workflow.Context, deadline *signals.Deadline, grace time.Duration, f func(workflow.Context) (T, error)) (v T, err error) {
	if err := ctx.Err(); err != nil {
		return v, err
	}
	if deadline != nil && deadline.Passed() {
		// What came in time may still move it.
		switch moved, err := signals.AwaitUntil(ctx, deadline, func() bool { return !deadline.Passed() }); {
		case err != nil:
			return v, err
		case !moved:
			return v, timedOutError(deadline.At(), false, nil)
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
	finished := func() bool { return done }
	ended := func() bool { return done || ctx.Err() != nil }
	inTime, stopped := signals.AwaitUntil(detached, deadline, ended)
	if stopped != nil { // the deadline cannot end it any more
		_ = workflow.Await(detached, ended)
		inTime = true
	}
	cancel()
	var at time.Time
	if !inTime {
		at = deadline.At()
	}
	if grace > 0 {
		_ = wait.Settle(detached, finished) // most end at once, and need no second timer
		_, _ = signals.AwaitWithTimeout(detached, grace, finished)
	} else {
		_ = workflow.Await(detached, finished)
	}
	switch {
	case !inTime:
		return v, timedOutError(at, !done, err)
	case !done:
		return v, ctx.Err()
	}
	return v, err
}

// timedOutError is the error of a time that is up. A cancellation must not be in it: the
// SDK would close the workflow as canceled.
func timedOutError(at time.Time, abandoned bool, cause error) error {
	message := fmt.Sprintf("timeouts: it was not done by %s; allow more time, or let it do less", at.UTC().Format(time.RFC3339))
	if abandoned {
		message = fmt.Sprintf("timeouts: it was not done by %s, and has not ended when it was canceled; let it block with the context that it is given", at.UTC().Format(time.RFC3339))
	}
	if temporal.IsCanceledError(cause) {
		cause = nil
	}
	return temporal.NewApplicationErrorWithOptions(message, ErrTypeTimedOut, temporal.ApplicationErrorOptions{
		Cause: cause, Details: []any{TimedOut{Deadline: at, Abandoned: abandoned}},
	})
}
