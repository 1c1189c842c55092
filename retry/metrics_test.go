package retry_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// Each failed attempt is counted, by its retryability.
func TestMetric(t *testing.T) {
	t.Parallel()
	asked := 0
	env, observed := testenv.NewObserved(retry.NewInterceptor(retry.InterceptorOptions{Before: func(context.Context) error {
		if asked++; asked == 1 {
			return errors.New("the breaker is open")
		}
		return nil
	}}))
	failures := []error{errors.New("x"), retry.After(errors.New("x"), time.Second), retry.NonRetryable(errors.New("x"))}
	failing := func() error {
		err := failures[0]
		failures = failures[1:]
		return err
	}
	env.RegisterActivity(failing)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		return workflow.ExecuteActivity(ctx, failing).Get(ctx, nil)
	})
	require.Error(t, env.GetWorkflowError())
	for _, retryability := range []string{"short_circuited", "unknown", "retryable", "non_retryable"} {
		require.EqualValues(t, 1, observed.Counter("temporal_patterns_activity_failures", retryability), retryability)
	}
}

// Failed attempts from WarnAfter on are counted, and the first of them is logged.
func TestLateFailures(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		warnAfter int32
		late      int64
		lines     int
	}{
		"the default of 10": {warnAfter: 0, late: 3, lines: 1},
		"a number":          {warnAfter: 3, late: 10, lines: 1},
		"never reached":     {warnAfter: 13, late: 0, lines: 0},
		"turned off":        {warnAfter: -1, late: 0, lines: 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, observed := testenv.NewObserved(retry.NewInterceptor(retry.InterceptorOptions{WarnAfter: c.warnAfter}))
			failing := func() error { return errors.New("x") }
			env.RegisterActivityWithOptions(failing, activity.RegisterOptions{Name: "Failing"})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
					StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 12},
				})
				return workflow.ExecuteActivity(ctx, "Failing").Get(ctx, nil)
			})
			require.Error(t, env.GetWorkflowError())
			require.Equal(t, c.late, observed.Counter("temporal_patterns_activity_late_failures", ""))
			require.Len(t, observed.Lines("each attempt of the activity has failed so far"), c.lines)
		})
	}
}
