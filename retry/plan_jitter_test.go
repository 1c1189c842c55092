package retry_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// Jitter leaves time for more attempts, and one may be fitted in at the end. Plan
// counts all of them.
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

// No run within the limits has more attempts than Plan returns.
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
		limits := retry.Limits{
			StartToClose: seconds("start to close", 1, 20), ScheduleToClose: seconds("schedule to close", 20, 300),
			Jitter: retry.JitterEqual,
		}
		plan := retry.Plan(policy, limits)
		attempts := 1
		for elapsed := time.Duration(0); attempts < 1000; attempts++ {
			elapsed += time.Duration(rapid.Float64Range(0, 1).Draw(rt, "takes") * float64(limits.StartToClose))
			wait, remaining := plan.Wait(attempts), limits.ScheduleToClose-elapsed
			if wait > remaining { // the interceptor fits one in, if there is a second to wait
				if remaining-limits.StartToClose < time.Second {
					break
				}
				wait = remaining - limits.StartToClose
			} else {
				wait = time.Duration(rapid.Float64Range(0.5, 1).Draw(rt, "jitter") * float64(wait))
			}
			elapsed += wait
		}
		require.LessOrEqual(rt, attempts, plan.MaxAttempts())
	})
}
