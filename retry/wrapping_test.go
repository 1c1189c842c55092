package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// outcome is how a workflow saw an activity that always fails.
type outcome struct {
	Attempts int
	Minutes  int
	Type     string
}

// attempt runs an activity that fails with err, at most 4 times, on a worker
// with these interceptors.
func attempt(t *testing.T, local bool, err error, listed []string, interceptors ...interceptor.WorkerInterceptor) outcome {
	t.Helper()
	var got outcome
	env := testenv.New(interceptors...)
	failing := func(context.Context) error { got.Attempts++; return err }
	env.RegisterActivity(failing)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		start := workflow.Now(ctx)
		policy := &temporal.RetryPolicy{InitialInterval: time.Second, MaximumAttempts: 4, NonRetryableErrorTypes: listed}
		var failed error
		if local {
			failed = workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
				StartToCloseTimeout: time.Minute, ScheduleToCloseTimeout: 240 * time.Hour, RetryPolicy: policy,
			}), failing).Get(ctx, nil)
		} else {
			failed = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
				StartToCloseTimeout: time.Minute, RetryPolicy: policy,
			}), failing).Get(ctx, nil)
		}
		var app *temporal.ApplicationError
		if errors.As(failed, &app) {
			got.Type = app.Type()
		}
		got.Minutes = int(workflow.Now(ctx).Sub(start).Minutes())
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	return got
}

type myError struct{}

func (*myError) Error() string { return "mine" }

// The SDK alone retries wrapped errors; the interceptor does not. The rows of the SDK are
// here so that a change of the SDK is noticed.
func TestWrappedErrorsKeepTheirRetryability(t *testing.T) {
	t.Parallel()
	final := temporal.NewNonRetryableApplicationError("final", "Final", nil)
	delayed := temporal.NewApplicationErrorWithOptions("later", "Later", temporal.ApplicationErrorOptions{NextRetryDelay: time.Hour})
	mine, listed := &myError{}, []string{"myError"}
	for name, c := range map[string]struct {
		err    error
		listed []string

		regular outcome // of the SDK
		local   int     // attempts of the SDK
		with    outcome // the interceptor, for both
	}{
		"a non-retryable error": {err: final, regular: outcome{1, 0, "Final"}, local: 1, with: outcome{1, 0, "Final"}},
		"a wrapped non-retryable error": {
			err: fmt.Errorf("w: %w", final), regular: outcome{4, 0, "wrapError"}, local: 1, with: outcome{1, 0, "Final"},
		},
		"a joined non-retryable error": {
			err: errors.Join(final, errors.New("x")), regular: outcome{4, 0, "joinError"}, local: 1,
			with: outcome{1, 0, "Final"},
		},
		"a wrapped join with a non-retryable error": {
			err: fmt.Errorf("w: %w", errors.Join(errors.New("x"), final)), regular: outcome{4, 0, "wrapError"}, local: 1,
			with: outcome{1, 0, "Final"},
		},
		"a listed type": {
			err: mine, listed: listed, regular: outcome{1, 0, "myError"}, local: 1, with: outcome{1, 0, "myError"},
		},
		"a wrapped error of a listed type": {
			err: fmt.Errorf("w: %w", mine), listed: listed, regular: outcome{4, 0, "wrapError"}, local: 4,
			with: outcome{1, 0, "myError"},
		},
		"a listed type below an application error": {
			err: temporal.NewApplicationErrorWithCause("t", "T", mine), listed: listed, regular: outcome{4, 0, "T"},
			local: 4, with: outcome{4, 0, "T"},
		},
		"an application error with a delay": {err: delayed, regular: outcome{4, 180, "Later"}, local: 4, with: outcome{4, 180, "Later"}},
		"a wrapped application error with a delay": {
			err: fmt.Errorf("w: %w", delayed), regular: outcome{4, 0, "wrapError"}, local: 4,
			with: outcome{4, 0, "wrapError"},
		},
		"a wrapped NonRetryable": {
			err: fmt.Errorf("w: %w", retry.NonRetryable(mine)), regular: outcome{4, 0, "wrapError"}, local: 4,
			with: outcome{1, 0, "wrapError"},
		},
		"After": {
			err: retry.After(errors.New("x"), 10*time.Minute), regular: outcome{4, 0, "retryMarkWithoutInterceptor"},
			local: 4, with: outcome{4, 30, ""},
		},
		"an unknown error": {err: errors.New("x"), regular: outcome{4, 0, ""}, local: 4, with: outcome{4, 0, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.regular, attempt(t, false, c.err, c.listed), "the SDK, regular")
			require.Equal(t, c.local, attempt(t, true, c.err, c.listed).Attempts, "the SDK, local")
			server := &infoInterceptor{
				change: func(info *activity.Info) { info.RetryPolicy = &temporal.RetryPolicy{NonRetryableErrorTypes: c.listed} },
			}
			require.Equal(t, c.with, attempt(t, false, c.err, c.listed, server, retry.NewInterceptor(retry.InterceptorOptions{})),
				"with the interceptor, regular")
			if name == "a wrapped application error with a delay" {
				c.with.Type = "Later" // the SDK's test environment hands on a local activity's error as it is
			}
			require.Equal(t, c.with, attempt(t, true, c.err, c.listed, retry.NewInterceptor(retry.InterceptorOptions{})),
				"with the interceptor, local")
		})
	}
}

func TestJoinIsNonRetryableIfOneErrorIs(t *testing.T) {
	t.Parallel()
	a, b := errors.New("a"), errors.New("b")
	for name, err := range map[string]error{
		"a join of Benign and NonRetryable":              errors.Join(retry.Benign(a), retry.NonRetryable(b)),
		"a join of After and NonRetryable":               errors.Join(retry.After(a, time.Second), retry.NonRetryable(b)),
		"Benign around a join of After and NonRetryable": retry.Benign(errors.Join(retry.After(a, time.Second), retry.NonRetryable(b))),
		"a join of two application errors": errors.Join(temporal.NewApplicationError("a", "A"),
			temporal.NewNonRetryableApplicationError("b", "B", nil)),
	} {
		t.Run(name, func(t *testing.T) {
			require.True(t, failed(t, retry.InterceptorOptions{}, thirdAttempt(nil), err).NonRetryable())
		})
	}
}

func TestAllDetailsOfAnApplicationErrorAreKept(t *testing.T) {
	t.Parallel()
	var details []any
	for i := range 17 {
		details = append(details, i)
	}
	err := fmt.Errorf("w: %w", temporal.NewNonRetryableApplicationError("m", "T", nil, details...))
	failure := temporal.GetDefaultFailureConverter().ErrorToFailure(failed(t, retry.InterceptorOptions{}, thirdAttempt(nil), err))
	require.Len(t, failure.GetApplicationFailureInfo().GetDetails().GetPayloads(), len(details))
}
