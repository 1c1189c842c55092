package retry_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// A child that has handled its activity's error and fails with its own: that
// counts, not what it was about.
func TestOutcomesLookAtTheOutermost(t *testing.T) {
	t.Parallel()
	busy := &failurepb.Failure{
		Message: "activity error", Cause: timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE),
		FailureInfo: &failurepb.Failure_ActivityFailureInfo{ActivityFailureInfo: &failurepb.ActivityFailureInfo{RetryState: enumspb.RETRY_STATE_TIMEOUT}},
	}
	err := ofChild(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, below(appFailure("Rejected", true), busy))
	require.False(t, retry.DeadlineExceeded(err))
	require.True(t, retry.IsNonRetryable(err, retry.Remote()))
	var app *temporal.ApplicationError
	require.ErrorAs(t, retry.LastFailure(err), &app)
	require.Equal(t, "Rejected", app.Type())
}

// The same holds for a downstream that asked the child's activity for more time.
func TestOverBudgetOfAChildThatHasHandledIt(t *testing.T) {
	t.Parallel()
	budget := temporal.GetDefaultFailureConverter().ErrorToFailure(ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, appFailure(retry.ErrTypeBudget, true)))
	_, ok := retry.AsBudgetExceeded(ofChild(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, budget.GetCause()))
	require.True(t, ok, "the child fails with it")
	err := ofChild(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, below(appFailure("Rejected", true), budget))
	_, ok = retry.AsBudgetExceeded(err)
	require.False(t, ok)
	require.True(t, retry.IsNonRetryable(err, retry.Remote()))
}

// The error of a local activity stands alone.
func TestOutcomesOfLocalActivities(t *testing.T) {
	t.Parallel()
	policy := retry.LocalActivity()
	policy.NonRetryableErrorTypes = []string{"Listed"}
	final := temporal.NewNonRetryableApplicationError("x", "X", nil)
	require.True(t, retry.IsNonRetryable(final, policy))
	require.True(t, retry.IsNonRetryable(temporal.NewApplicationError("x", "Listed"), policy))
	require.True(t, retry.DeadlineExceeded(temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, nil)))
	require.False(t, retry.Exhausted(appError()), "it is not told")
	require.Same(t, final, retry.LastFailure(final))
	surfaced := retry.Propagate(fmt.Errorf("while: %w", final))
	require.Equal(t, "X", temporal.GetDefaultFailureConverter().ErrorToFailure(surfaced).GetApplicationFailureInfo().GetType())
}

// The delay was for another attempt of the activity, not for the workflow.
func TestSurfaceDropsTheDelay(t *testing.T) {
	t.Parallel()
	later := appFailure("Later", false)
	delayed := temporal.NewApplicationErrorWithOptions("later", "Later", temporal.ApplicationErrorOptions{NextRetryDelay: time.Hour})
	later.FailureInfo = temporal.GetDefaultFailureConverter().ErrorToFailure(delayed).FailureInfo
	surfaced := retry.Propagate(ofActivity(enumspb.RETRY_STATE_TIMEOUT, later))
	var app *temporal.ApplicationError
	require.ErrorAs(t, surfaced, &app)
	require.Equal(t, "Later", app.Type())
	require.Zero(t, app.NextRetryDelay())
}
