package signals

import (
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// Race starts the contenders and returns the index and the future of the first
// that succeeds. The others are canceled, and Race waits until they have ended,
// so that nothing runs on behind the workflow's back; their errors are dropped.
// Each contender gets a context that ends with the race, and must start what
// its future is about with it. Of several that have succeeded in one workflow
// task, the first in history wins if Race was waiting for it, else the first
// in the list. A future that another coroutine sets is ready when that has run,
// which is after Race has looked: to wait for a message or a timer, use
// [Channel.ReceiveUntil].
//
// When all fail, the error is an application error of [ReasonAllFailed] that
// quotes each. It can be retried unless every failure is non-retryable. It
// never wraps a CanceledError, which would close the workflow as canceled. If
// ctx is canceled before a contender has won, Race returns the CanceledError once all
// have ended. For workflow code.
func Race(ctx workflow.Context, contenders ...func(workflow.Context) workflow.Future) (winner int, result workflow.Future, err error) {
	if len(contenders) == 0 {
		return -1, nil, refuse(ReasonMisuse, "a race has no contenders; pass at least one")
	}
	scope, cancel := workflow.WithCancel(ctx)
	winner = -1
	failures := make([]error, len(contenders))
	selector := workflow.NewSelector(ctx)
	running := 0
	for i, start := range contenders {
		running++
		selector.AddFuture(start(scope), func(f workflow.Future) {
			running--
			if failures[i] = f.Get(ctx, nil); failures[i] == nil && winner < 0 {
				winner, result = i, f
				cancel()
			}
		})
	}
	for running > 0 {
		selector.Select(ctx) // which no cancellation ends
	}
	cancel()
	switch {
	case winner >= 0:
		return winner, result, nil
	case ctx.Err() != nil:
		return -1, nil, ctx.Err()
	}
	return -1, nil, allFailed(failures)
}

// allFailed makes one error of several. As its cause it takes the first that
// has no cancellation in it.
func allFailed(failures []error) error {
	final := true
	var (
		cause error
		texts []string
	)
	for i, err := range failures {
		texts = append(texts, fmt.Sprintf("%d: %s", i, apperr.Short(err.Error(), 1_000)))
		if temporal.IsCanceledError(err) {
			final = false
			continue
		}
		var app *temporal.ApplicationError
		final = final && errors.As(err, &app) && app.NonRetryable()
		if cause == nil {
			cause = err
		}
	}
	message := fmt.Sprintf("signals: none of %d contenders has succeeded; handle the failures, or add a contender that cannot fail (%s)",
		len(failures), apperr.Short(strings.Join(texts, "; "), 4_000))
	return apperr.New(ReasonAllFailed, message, apperr.Options{Retryable: !final, Cause: cause})
}
