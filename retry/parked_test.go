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
)

// A parked attempt has not run, so what keeps it from that ends nothing: a quota
// service that answers 404 while it is deployed, or whatever else.
func TestParkedIsNeverFinalWithoutAMark(t *testing.T) {
	t.Parallel()
	final := temporal.NewNonRetryableApplicationError("no quota", "NoQuota", nil, 7)
	listed := third(func(i *activity.Info) {
		i.RetryPolicy = &temporal.RetryPolicy{NonRetryableErrorTypes: []string{"NoQuota", "cardError"}}
	})
	for name, c := range map[string]struct {
		err   error
		final bool
	}{
		"a status":                            {fmt.Errorf("asking for quota: %w", &retry.ResponseError{StatusCode: 404}), false},
		"a final application error":           {final, false},
		"one that is wrapped":                 {fmt.Errorf("asking for quota: %w", final), false},
		"a listed type":                       {&cardError{"51"}, false},
		"a mark":                              {retry.Permanent(errors.New("closed for good")), true},
		"a mark below an application error":   {temporal.NewApplicationErrorWithCause("x", "X", retry.Permanent(errors.New("x"))), true},
		"a mark over a mark":                  {retry.After(retry.Permanent(errors.New("x")), time.Second), false},
		"a join of marks, of which the worst": {errors.Join(retry.After(errors.New("x"), time.Second), retry.Permanent(errors.New("x"))), true},
	} {
		for _, classify := range []retry.Classifier{nil, retry.Default} {
			o := retry.InterceptorOptions{Classify: classify, Before: func(context.Context) error { return c.err }}
			app := failed(t, o, listed, errors.New("it ran"))
			require.Equal(t, c.final, app.NonRetryable(), name)
			require.Equal(t, retry.ErrTypeParked, app.Type(), name)
			require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category(), name)
			require.ErrorIs(t, seenOutside(t, o, "Charge", errors.New("it ran")), c.err)
		}
	}
}

// A parked attempt waits as asked: no plan makes that longer, since nobody was
// called.
func TestAParkedAttemptNeedsNoBackoff(t *testing.T) {
	t.Parallel()
	tenth := third(func(i *activity.Info) { i.Attempt = 10 }) // the plan is a minute by now
	app := failed(t, retry.InterceptorOptions{Before: func(context.Context) error { return retry.After(errors.New("open"), 10*time.Second) }}, tenth, nil)
	require.GreaterOrEqual(t, app.NextRetryDelay(), 10*time.Second)
	require.LessOrEqual(t, app.NextRetryDelay(), 12*time.Second)
}
