package retry_test

import (
	"context"
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

func TestShortCircuitOfApplicationErrors(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"own delay": temporal.NewApplicationErrorWithOptions("open", "Open", temporal.ApplicationErrorOptions{NextRetryDelay: 5 * time.Second}),
		"no jitter": temporal.NewApplicationError("open", "Open"),
		"final":     temporal.NewNonRetryableApplicationError("open", "Open", nil),
	} {
		t.Run(name, func(t *testing.T) {
			app := failed(t, retry.InterceptorOptions{Jitter: retry.JitterNone, Before: func(context.Context) error { return err }},
				thirdAttempt(nil), nil)
			require.Contains(t, app.Type(), "ShortCircuited")
			require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category())
		})
	}
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

func TestDetails(t *testing.T) {
	t.Parallel()
	for name, details := range map[string][]any{"17": make17()} {
		t.Run(name, func(t *testing.T) {
			app := failed(t, retry.InterceptorOptions{}, thirdAttempt(nil), fmt.Errorf("w: %w", temporal.NewNonRetryableApplicationError("m", "T",
				nil, details...)))
			got := temporal.GetDefaultFailureConverter().ErrorToFailure(app).GetApplicationFailureInfo().GetDetails().GetPayloads()
			require.Len(t, got, len(details))
		})
	}
}

func make17() (all []any) {
	for i := range 17 {
		all = append(all, i)
	}
	return all
}

// A delay that the SDK knows is left to it: the server gives up at once then, and
// tells the workflow that the time was over.
func TestOwnDelayBeyondTheBudgetIsLeft(t *testing.T) {
	t.Parallel()
	slow := temporal.NewApplicationErrorWithOptions("x", "X", temporal.ApplicationErrorOptions{NextRetryDelay: 10 * time.Hour})
	app := failed(t, retry.InterceptorOptions{Jitter: retry.JitterEqual}, thirdAttempt(nil), slow) // 40 minutes are left
	require.Equal(t, "X", app.Type())
	require.Equal(t, 10*time.Hour, app.NextRetryDelay())
}

func TestReasonOfAChildComesBeforeItsActivity(t *testing.T) {
	t.Parallel()
	inner := temporal.GetDefaultFailureConverter().ErrorToFailure(ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, appFailure("Bad",
		true)))
	err := ofChild(enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED, inner)
	require.Equal(t, retry.ReasonMaxAttempts, reason(err), "the child was retried until the attempts were used up")
}
