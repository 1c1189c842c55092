package retry_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// A wait that does not fit fails the activity with the reason: the server would give
// up at once without one.
func TestRetryAfterBeyondTheBudget(t *testing.T) {
	t.Parallel()
	o := retry.InterceptorOptions{MaxRetryAfter: time.Hour, Classify: classify.Default}
	app := failed(t, o, thirdAttempt(nil), fmt.Errorf("w: %w", &classify.ResponseError{StatusCode: 503, RetryAfter: 50 * time.Minute}))
	require.Equal(t, retry.ReasonBudgetExceeded.Error(), app.Type())
	require.True(t, app.NonRetryable())
	require.Zero(t, app.NextRetryDelay())
	var details retry.BudgetExceeded
	require.NoError(t, app.Details(&details))
	require.Equal(t, 50*time.Minute, details.RetryAfter)
	require.InDelta(t, 40*time.Minute, details.Remaining, float64(time.Minute))
	require.ErrorContains(t, app, "retry: the failure asked for a wait of 50m0s, but ")
	require.ErrorContains(t, app, "HTTP 503 Service Unavailable")
	asked := failed(t, o, thirdAttempt(nil), retry.After(errors.New("x"), 10*time.Hour))
	over, ok := retry.AsBudgetExceeded(asked)
	require.True(t, ok)
	require.Equal(t, 10*time.Hour, over.RetryAfter, "what was asked for, not what MaxRetryAfter makes of it")
	reason, _ := retry.ReasonOf(asked)
	require.Equal(t, retry.ReasonBudgetExceeded, reason)
	require.ErrorIs(t, seenOutside(t, o, "Charge", retry.After(errors.New("x"), 10*time.Hour)), retry.ReasonBudgetExceeded)
	inTime := failed(t, o, thirdAttempt(nil), retry.After(errors.New("x"), 39*time.Minute))
	require.False(t, inTime.NonRetryable())
}

// After the deadline the remaining time is 0, and the cause keeps its type.
func TestBudgetExceededAfterTheDeadline(t *testing.T) {
	t.Parallel()
	late := thirdAttempt(func(i *activity.Info) { i.ScheduledTime = i.ScheduledTime.Add(-time.Hour) })
	app := failed(t, retry.InterceptorOptions{}, late, retry.After(&classify.ResponseError{StatusCode: 503}, time.Second))
	over, ok := retry.AsBudgetExceeded(app)
	require.True(t, ok)
	require.Equal(t, retry.BudgetExceeded{RetryAfter: time.Second}, over)
	require.ErrorContains(t, app, "but 0s of ScheduleToCloseTimeout remain")
	cause := temporal.GetDefaultFailureConverter().ErrorToFailure(app).GetCause()
	require.Equal(t, "marked by retry.After", cause.GetMessage())
	require.Equal(t, "ResponseError", cause.GetCause().GetApplicationFailureInfo().GetType())
}

// A delay that the SDK knows is left to it: the server gives up at once then, and
// tells the workflow that the time was over.
func TestOwnDelayBeyondTheBudgetIsUnchanged(t *testing.T) {
	t.Parallel()
	slow := temporal.NewApplicationErrorWithOptions("x", "X", temporal.ApplicationErrorOptions{NextRetryDelay: 10 * time.Hour})
	app := failed(t, retry.InterceptorOptions{Jitter: retry.JitterEqual}, thirdAttempt(nil), slow) // 40 minutes are left
	require.Equal(t, "X", app.Type())
	require.Equal(t, 10*time.Hour, app.NextRetryDelay())
}

// The same holds for a wait that did not fit in the child's activity.
func TestBudgetExceededOfAChildThatHandledIt(t *testing.T) {
	t.Parallel()
	budget := temporal.GetDefaultFailureConverter().ErrorToFailure(ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE,
		appFailure(retry.ReasonBudgetExceeded.Error(), true)))
	_, ok := retry.AsBudgetExceeded(ofChild(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, budget.GetCause()))
	require.True(t, ok, "the child fails with it")
	err := ofChild(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, below(appFailure("Rejected", true), budget))
	_, ok = retry.AsBudgetExceeded(err)
	require.False(t, ok)
	require.Equal(t, retry.ReasonNonRetryable, reason(err))
}
