package retry_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
