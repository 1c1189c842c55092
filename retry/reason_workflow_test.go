package retry_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// The SDK's test environment reports no reason: the error itself decides, and the
// policy's list if it is given.
func TestReasonInTheTestEnvironment(t *testing.T) {
	t.Parallel()
	policy := retry.Transient()
	policy.NonRetryableErrorTypes = retry.ErrorTypes(&myError{})
	for name, c := range map[string]struct {
		err   error
		of    retry.Reason
		under retry.Reason
	}{
		"an error": {err: errors.New("x"), of: retry.ReasonMaxAttempts, under: retry.ReasonMaxAttempts},
		"a wrapped non-retryable error": {
			err: fmt.Errorf("w: %w", temporal.NewNonRetryableApplicationError("x", "X", nil)),
			of:  retry.ReasonNonRetryable, under: retry.ReasonNonRetryable,
		},
		"a listed type": {err: &myError{}, of: retry.ReasonMaxAttempts, under: retry.ReasonNonRetryable},
	} {
		env := testenv.New(retry.NewInterceptor(retry.InterceptorOptions{}))
		failing := func() error { return c.err }
		env.RegisterActivity(failing)
		env.ExecuteWorkflow(func(ctx workflow.Context) ([]retry.Reason, error) {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &policy})
			err := workflow.ExecuteActivity(ctx, failing).Get(ctx, nil)
			of, _ := retry.ReasonOf(err)
			under, _ := retry.ReasonUnder(policy, err)
			return []retry.Reason{of, under}, nil
		})
		var got []retry.Reason
		require.NoError(t, env.GetWorkflowResult(&got))
		require.Equal(t, []retry.Reason{c.of, c.under}, got, name)
	}
}

// A child that handled its activity's error failed with an error of its own, and
// that one counts.
func TestReasonOfAChildThatHandledItsActivity(t *testing.T) {
	t.Parallel()
	busy := &failurepb.Failure{
		Message: "activity error",
		Cause:   timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE),
		FailureInfo: &failurepb.Failure_ActivityFailureInfo{
			ActivityFailureInfo: &failurepb.ActivityFailureInfo{RetryState: enumspb.RETRY_STATE_TIMEOUT},
		},
	}
	err := ofChild(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, below(appFailure("Rejected", true), busy))
	require.Equal(t, retry.ReasonNonRetryable, reason(err))
	var app *temporal.ApplicationError
	require.ErrorAs(t, retry.LastFailure(err), &app)
	require.Equal(t, "Rejected", app.Type())
}

// The error of a local activity has no ActivityError around it.
func TestReasonOfLocalActivities(t *testing.T) {
	t.Parallel()
	policy := retry.LocalActivity()
	policy.NonRetryableErrorTypes = []string{"Listed"}
	final := temporal.NewNonRetryableApplicationError("x", "X", nil)
	require.Equal(t, retry.ReasonNonRetryable, reason(final))
	listed, _ := retry.ReasonUnder(policy, temporal.NewApplicationError("x", "Listed"))
	require.Equal(t, retry.ReasonNonRetryable, listed)
	require.Equal(t, retry.ReasonDeadline, reason(temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, nil)))
	require.Empty(t, reason(appError()), "Temporal does not report that the attempts were used up")
	require.Same(t, final, retry.LastFailure(final))
	other := errors.New("x")
	require.Same(t, other, retry.LastFailure(other))
	var busy *temporal.ApplicationError
	require.ErrorAs(t, retry.LastFailure(ofActivity(enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED, appFailure("Busy", false))), &busy)
	require.Equal(t, "Busy", busy.Type())
	propagated := retry.Propagate(fmt.Errorf("while: %w", final))
	require.Equal(t, "X", temporal.GetDefaultFailureConverter().ErrorToFailure(propagated).GetApplicationFailureInfo().GetType())
}

func TestReasonOfAChildComesBeforeItsActivity(t *testing.T) {
	t.Parallel()
	inner := temporal.GetDefaultFailureConverter().ErrorToFailure(ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, appFailure("Bad",
		true)))
	err := ofChild(enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED, inner)
	require.Equal(t, retry.ReasonMaxAttempts, reason(err), "the child was retried until the attempts were used up")
}
