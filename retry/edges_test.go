package retry_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

func TestJoined(t *testing.T) {
	t.Parallel()
	a, b := errors.New("a"), errors.New("b")
	for name, err := range map[string]error{
		"Benign and Permanent":   errors.Join(retry.Benign(a), retry.Permanent(b)),
		"After and Permanent":    errors.Join(retry.After(a, time.Second), retry.Permanent(b)),
		"Benign of such a join":  retry.Benign(errors.Join(retry.After(a, time.Second), retry.Permanent(b))),
		"two application errors": errors.Join(temporal.NewApplicationError("a", "A"), temporal.NewNonRetryableApplicationError("b", "B", nil)),
	} {
		t.Run(name, func(t *testing.T) {
			require.True(t, failed(t, retry.InterceptorOptions{}, third(nil), err).NonRetryable())
		})
	}
}

func TestParked(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"own delay": temporal.NewApplicationErrorWithOptions("open", "Open", temporal.ApplicationErrorOptions{NextRetryDelay: 5 * time.Second}),
		"no jitter": temporal.NewApplicationError("open", "Open"),
		"final":     temporal.NewNonRetryableApplicationError("open", "Open", nil),
	} {
		t.Run(name, func(t *testing.T) {
			app := failed(t, retry.InterceptorOptions{Jitter: retry.JitterNone, Before: func(context.Context) error { return err }}, third(nil), nil)
			require.Contains(t, app.Type(), "Parked")
			require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category())
		})
	}
}

// What is said of a time that is over reads well: no less than nothing is left,
// and the cause has a type of its own.
func TestOverBudgetReadsWell(t *testing.T) {
	t.Parallel()
	late := third(func(i *activity.Info) { i.ScheduledTime = i.ScheduledTime.Add(-time.Hour) })
	app := failed(t, retry.InterceptorOptions{}, late, retry.After(&retry.ResponseError{StatusCode: 503}, time.Second))
	over, ok := retry.AsBudgetExceeded(app)
	require.True(t, ok)
	require.Equal(t, retry.BudgetExceeded{RetryAfter: time.Second}, over)
	require.ErrorContains(t, app, "and only 0s of ScheduleToCloseTimeout are left")
	cause := temporal.GetDefaultFailureConverter().ErrorToFailure(app).GetCause()
	require.Equal(t, "marked by retry.After", cause.GetMessage())
	require.Equal(t, "ResponseError", cause.GetCause().GetApplicationFailureInfo().GetType())
}

func TestDetails(t *testing.T) {
	t.Parallel()
	for name, details := range map[string][]any{"17": make17()} {
		t.Run(name, func(t *testing.T) {
			app := failed(t, retry.InterceptorOptions{}, third(nil), fmt.Errorf("w: %w", temporal.NewNonRetryableApplicationError("m", "T", nil, details...)))
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
	app := failed(t, retry.InterceptorOptions{Jitter: retry.JitterEqual}, third(nil), slow) // 40 minutes are left
	require.Equal(t, "X", app.Type())
	require.Equal(t, 10*time.Hour, app.NextRetryDelay())
}

func TestNoTLS(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	_, err := http.Get(strings.Replace(s.URL, "http:", "https:", 1))
	require.Equal(t, retry.Final, retry.Default(t.Context(), err).Retryability)
}

func TestTypedNil(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("w: %w", (*retry.ResponseError)(nil))
	require.NotPanics(t, func() { retry.Default(t.Context(), err) })
}

func TestChildOverActivity(t *testing.T) {
	t.Parallel()
	inner := temporal.GetDefaultFailureConverter().ErrorToFailure(ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, appFailure("Bad", true)))
	err := ofChild(enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED, inner)
	require.True(t, retry.Exhausted(err))
	require.False(t, retry.IsNonRetryable(err, retry.Remote()), "it was retried until the attempts were used up")
}

func TestBadURL(t *testing.T) {
	t.Parallel()
	_, err := http.NewRequest("GET", "http://[::1", nil)
	require.NotEqual(t, retry.Retryable, retry.Default(t.Context(), err).Retryability)
}
