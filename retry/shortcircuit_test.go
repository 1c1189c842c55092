package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// A short-circuited attempt did not run, so the error of Before does not end the
// activity: it may be a quota service that answers 404 while it is deployed.
func TestShortCircuitIsRetriedUnlessMarked(t *testing.T) {
	t.Parallel()
	final := temporal.NewNonRetryableApplicationError("no quota", "NoQuota", nil, 7)
	listed := thirdAttempt(func(i *activity.Info) {
		i.RetryPolicy = &temporal.RetryPolicy{NonRetryableErrorTypes: []string{"NoQuota", "cardError"}}
	})
	for name, c := range map[string]struct {
		err          error
		nonRetryable bool
	}{
		"an HTTP status": {
			err: fmt.Errorf("asking for quota: %w", &classify.ResponseError{StatusCode: 404}),
		},
		"a final application error":          {err: final},
		"a final application error, wrapped": {err: fmt.Errorf("asking for quota: %w", final)},
		"a listed type":                      {err: &cardError{"51"}},
		"NonRetryable":                       {err: retry.NonRetryable(errors.New("closed for good")), nonRetryable: true},
		"NonRetryable below an application error": {
			err: temporal.NewApplicationErrorWithCause("x", "X", retry.NonRetryable(errors.New("x"))), nonRetryable: true,
		},
		"After around NonRetryable": {err: retry.After(retry.NonRetryable(errors.New("x")), time.Second)},
		"a join of After and NonRetryable": {
			err:          errors.Join(retry.After(errors.New("x"), time.Second), retry.NonRetryable(errors.New("x"))),
			nonRetryable: true,
		},
	} {
		for _, classify := range []classify.Classifier{nil, classify.Default} {
			o := retry.InterceptorOptions{Classify: classify, Before: func(context.Context) error { return c.err }}
			app := failed(t, o, listed, errors.New("it ran"))
			require.Equal(t, c.nonRetryable, app.NonRetryable(), name)
			require.Equal(t, retry.ReasonShortCircuited.Error(), app.Type(), name)
			require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category(), name)
			require.ErrorIs(t, seenOutside(t, o, "Charge", errors.New("it ran")), c.err)
		}
	}
}

// A short-circuited attempt waits as asked: it called no one, and needs no backoff.
func TestShortCircuitNeedsNoBackoff(t *testing.T) {
	t.Parallel()
	tenth := thirdAttempt(func(i *activity.Info) { i.Attempt = 10 }) // the plan is a minute by now
	app := failed(t, retry.InterceptorOptions{Before: func(context.Context) error { return retry.After(errors.New("open"), 10*time.Second) }},
		tenth, nil)
	require.GreaterOrEqual(t, app.NextRetryDelay(), 10*time.Second)
	require.LessOrEqual(t, app.NextRetryDelay(), 12*time.Second)
}

// Before short-circuits an attempt: the activity does not run, and no alarm is raised.
func TestBeforeShortCircuits(t *testing.T) {
	t.Parallel()
	open := func(err error) retry.InterceptorOptions {
		return retry.InterceptorOptions{Before: func(context.Context) error { return err }}
	}
	app := failed(t, open(retry.After(errors.New("the breaker is open"), 10*time.Second)), thirdAttempt(nil), errors.New("it ran"))
	require.Equal(t, "the breaker is open", app.Message())
	require.Equal(t, retry.ReasonShortCircuited.Error(), app.Type())
	reason, _ := retry.ReasonOf(app)
	require.Equal(t, retry.ReasonShortCircuited, reason)
	require.ErrorIs(t, seenOutside(t, open(errors.New("x")), "Charge", nil), retry.ReasonShortCircuited)
	require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category())
	require.False(t, app.NonRetryable())
	require.GreaterOrEqual(t, app.NextRetryDelay(), 10*time.Second)
	require.LessOrEqual(t, app.NextRetryDelay(), 12*time.Second)

	require.Eventually(t, func() bool { // a fifth more, at random
		app := failed(t, open(retry.After(errors.New("x"), 10*time.Second)), thirdAttempt(nil), nil)
		return app.NextRetryDelay() > 10*time.Second+10*time.Millisecond
	}, time.Minute, time.Millisecond)

	app = failed(t, open(nil), thirdAttempt(nil), errors.New("it ran"))
	require.Equal(t, "it ran", app.Message())
}

// What jitter adds to the wait of a short circuit does not end the activity.
func TestShortCircuitNearTheDeadline(t *testing.T) {
	t.Parallel()
	options := retry.InterceptorOptions{MaxRetryAfter: time.Hour, Before: func(context.Context) error {
		return retry.After(errors.New("x"),
			38*time.Minute)
	}}
	for range 50 {
		app := failed(t, options, thirdAttempt(nil), nil)
		require.Equal(t, retry.ReasonShortCircuited.Error(), app.Type())
		require.LessOrEqual(t, app.NextRetryDelay(), 40*time.Minute)
	}
}

func TestShortCircuitOfApplicationErrors(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"an application error with its own delay": temporal.NewApplicationErrorWithOptions("open", "Open",
			temporal.ApplicationErrorOptions{NextRetryDelay: 5 * time.Second}),
		"an application error without a delay": temporal.NewApplicationError("open", "Open"),
		"a non-retryable application error":    temporal.NewNonRetryableApplicationError("open", "Open", nil),
	} {
		t.Run(name, func(t *testing.T) {
			app := failed(t, retry.InterceptorOptions{Jitter: retry.JitterNone, Before: func(context.Context) error { return err }},
				thirdAttempt(nil), nil)
			require.Contains(t, app.Type(), "ShortCircuited")
			require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category())
		})
	}
}
