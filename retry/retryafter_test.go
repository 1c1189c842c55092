package retry_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
