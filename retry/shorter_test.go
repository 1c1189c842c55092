package retry_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// Jitter leaves time for more attempts, and one may be fitted in at the end. Plan
// counts them: no chance makes more.
func TestPlanCountsTheAttemptsOfJitter(t *testing.T) {
	t.Parallel()
	policy := temporal.RetryPolicy{InitialInterval: 10 * time.Second, BackoffCoefficient: 1}
	limits := retry.Limits{StartToClose: 5 * time.Second, ScheduleToClose: 30 * time.Second}
	require.Equal(t, 4, retry.Plan(policy, limits).MaxAttempts(), "at 0, 10, 20 and 30 s")
	limits.Jitter = retry.JitterEqual
	plan := retry.Plan(policy, limits)
	require.Equal(t, 6, plan.MaxAttempts(), "every 5 s, until 10 s do not fit: the last at 25 s")
	require.Equal(t, 3, plan.MinAttempts())
	require.Contains(t, plan.String(), "3 to 6 attempts")
	require.Contains(t, plan.String(), "2   10s        5s     15s")
	limits.Jitter = retry.JitterFull
	require.Greater(t, retry.Plan(policy, limits).MaxAttempts(), 1000)
	limits.StartToClose = 0 // one attempt may take all the time, so nothing is fitted in
	limits.Jitter = retry.JitterEqual
	require.Equal(t, 6, retry.Plan(policy, limits).MaxAttempts(), "every 5 s, until 10 s do not fit")
}

// Whatever is drawn, a run within the limits has no more attempts than Plan says.
func TestNoRunHasMoreAttemptsThanPlanned(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		seconds := func(name string, least, most int) time.Duration {
			return time.Duration(rapid.IntRange(least, most).Draw(rt, name)) * time.Second
		}
		policy := temporal.RetryPolicy{
			InitialInterval: seconds("initial", 1, 20), MaximumInterval: 60 * time.Second,
			BackoffCoefficient: rapid.SampledFrom([]float64{1, 1.5, 2}).Draw(rt, "coefficient"),
		}
		limits := retry.Limits{StartToClose: seconds("start to close", 1, 20), ScheduleToClose: seconds("schedule to close", 20, 300), Jitter: retry.JitterEqual}
		plan := retry.Plan(policy, limits)
		attempts := 1
		for now := time.Duration(0); attempts < 1000; attempts++ {
			now += time.Duration(rapid.Float64Range(0, 1).Draw(rt, "takes") * float64(limits.StartToClose))
			wait, remaining := plan.Wait(attempts), limits.ScheduleToClose-now
			if wait > remaining { // the interceptor fits one in, if there is a second to wait
				if remaining-limits.StartToClose < time.Second {
					break
				}
				wait = remaining - limits.StartToClose
			} else {
				wait = time.Duration(rapid.Float64Range(0.5, 1).Draw(rt, "chance") * float64(wait))
			}
			now += wait
		}
		require.LessOrEqual(rt, attempts, plan.MaxAttempts())
	})
}

// A preset with a shorter longest wait is a policy that a server takes.
func TestMaximumIntervalBoundsTheFirstWaitToo(t *testing.T) {
	t.Parallel()
	presets := map[string]func(...retry.Option) temporal.RetryPolicy{
		"ServerDefault": retry.ServerDefault, "Blip": retry.Transient, "External": retry.Remote, "RateLimited": retry.RateLimited,
		"Fast": retry.Fast, "Slow": retry.Manual, "Once": retry.NoRetry, "Local": retry.LocalActivity,
	}
	for name, preset := range presets {
		for _, d := range []time.Duration{time.Millisecond, time.Second, time.Minute, time.Hour} {
			policy := preset(retry.MaximumAttempts(3), retry.MaximumInterval(d))
			require.NoError(t, retry.Validate(policy), "%s, %v", name, d)
			for attempt := 1; attempt < 5; attempt++ {
				require.LessOrEqual(t, retry.Plan(policy, retry.Limits{}).Wait(attempt), d, name)
			}
		}
	}
	require.Equal(t, 5*time.Minute, retry.Manual(retry.MaximumInterval(time.Hour)).InitialInterval)
}

// Each level says its own, and what has failed stands in the text once.
func TestSurfaceSaysEachThingOnce(t *testing.T) {
	t.Parallel()
	declined := appFailure("Declined", true)
	declined.Message = "card declined"
	activity := ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, declined)
	surfaced := retry.Propagate(fmt.Errorf("charging: %w", activity))
	inParent := ofChild(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, temporal.GetDefaultFailureConverter().ErrorToFailure(surfaced))
	again := retry.Propagate(fmt.Errorf("ordering: %w", inParent))
	for want, err := range map[string]error{"charging: card declined": surfaced, "ordering: charging: card declined": again} {
		var app *temporal.ApplicationError
		require.ErrorAs(t, err, &app)
		require.Equal(t, want, app.Message())
		wire := temporal.GetDefaultFailureConverter()
		for _, err := range []error{err, wire.FailureToError(wire.ErrorToFailure(err))} {
			require.Equal(t, 1, strings.Count(err.Error(), "card declined"), "%v", err)
			var act *temporal.ActivityError
			require.ErrorAs(t, err, &act, "which activity it was is still there")
		}
	}
	var child *temporal.ChildWorkflowExecutionError
	require.ErrorAs(t, again, &child)
	n := ""
	require.NoError(t, surfacedDetails(again, &n))
	require.Equal(t, bigNumber, n)
}

func surfacedDetails(err error, into *string) error {
	wire := temporal.GetDefaultFailureConverter()
	*into = string(wire.ErrorToFailure(err).GetApplicationFailureInfo().GetDetails().GetPayloads()[0].GetData())
	return nil
}
