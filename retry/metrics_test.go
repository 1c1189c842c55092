package retry_test

import (
	"cmp"
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
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// Each failed attempt is counted, by its retryability.
func TestFailedAttemptsAreCounted(t *testing.T) {
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
func TestLateFailuresAreCountedAndLoggedOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		warnAfter int32
		err       error
		late      int64
		lines     int
	}{
		"a benign error":    {warnAfter: 3, err: retry.Benign(errors.New("the job runs"))},
		"the default of 10": {warnAfter: 0, late: 3, lines: 1},
		"a number of 3":     {warnAfter: 3, late: 10, lines: 1},
		"never reached":     {warnAfter: 13, late: 0, lines: 0},
		"a negative number": {warnAfter: -1, late: 0, lines: 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, observed := testenv.NewObserved(retry.NewInterceptor(retry.InterceptorOptions{WarnAfter: c.warnAfter}))
			failing := func() error { return cmp.Or(c.err, errors.New("x")) }
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

// Shadow logs and counts what would change, and changes nothing.
func TestShadowLogsAndChangesNothing(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(retry.NewInterceptor(retry.InterceptorOptions{Shadow: true}))
	failures := []error{
		&classify.ResponseError{StatusCode: 503, RetryAfter: time.Minute}, errors.New("x"), retry.After(errors.New("x"), time.Second),
		temporal.NewApplicationError("x", "X"), &classify.ResponseError{StatusCode: 400}, &classify.ResponseError{StatusCode: 404},
	}
	attempts := 0
	env.RegisterActivityWithOptions(func() error { attempts++; return failures[attempts-1] }, activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		policy := &temporal.RetryPolicy{MaximumAttempts: 6}
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: policy})
		return workflow.ExecuteActivity(ctx, "Charge").Get(ctx, nil)
	})
	require.Error(t, env.GetWorkflowError())
	require.Equal(t, 6, attempts, "nothing ends it")
	const metric = "temporal_patterns_activity_failures_shadow"
	require.EqualValues(t, 1, observed.Counter(metric, "retryable"))
	require.EqualValues(t, 2, observed.Counter(metric, "non_retryable"))
	require.Zero(t, observed.Counter(metric, "unknown"))
	lines := observed.Lines("the classifier would change this failure")
	require.Len(t, lines, 3)
	require.Contains(t, lines[0], "Retryability=retryable Type=HTTP503 TypeNow=ResponseError Delay=1m0s")
	require.Contains(t, lines[1], "Retryability=non_retryable Type=HTTP400")
}
