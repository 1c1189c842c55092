package retry_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// An activity fails at once, and the next attempt would begin after
// ScheduleToClose: the server gives up without waiting, and says so by the
// RetryState only. The chain has the last error, and no timeout.
func TestGivesUpEarly(t *testing.T) {
	t.Parallel()
	gaveUp := Seen{Failed: true, Reason: retry.ReasonDeadline, State: "Timeout", Type: "Busy", Message: "busy", Last: "Busy"}
	for name, call := range map[string]Call{
		"every 15 s in 25 s":            {ScheduleToClose: 25 * time.Second, Policy: every(15*time.Second, 0)},
		"every 12 s in 34 s":            {ScheduleToClose: 34 * time.Second, Policy: every(12*time.Second, 0)},
		"an attempt more was allowed":   {ScheduleToClose: 25 * time.Second, Policy: every(15*time.Second, 3)},
		"the first wait does not fit":   {ScheduleToClose: 20 * time.Second, Policy: every(time.Hour, 0)},
		"StartToClose makes no change":  {ScheduleToClose: 25 * time.Second, StartToClose: 8 * time.Second, Policy: every(15*time.Second, 0)},
		"nor does one that is too long": {ScheduleToClose: 25 * time.Second, StartToClose: time.Hour, Policy: every(15*time.Second, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := start(t, startPlain(t), busy, Once, call)
			require.Equal(t, gaveUp, j.end())
			plan := retry.Plan(call.Policy, retry.Limits{StartToClose: call.StartToClose, ScheduleToClose: call.ScheduleToClose})
			require.Equal(t, plan.MaxAttempts(), j.attempts())
		})
	}

	t.Run("the interceptor cannot help without room", func(t *testing.T) {
		t.Parallel()
		call := Call{ScheduleToClose: 25 * time.Second, Policy: every(15*time.Second, 0)}
		j := start(t, startWorker(t, retry.InterceptorOptions{Schedule: planned(15 * time.Second)}), busy, Once, call)
		seen := j.end()
		require.Equal(t, "delayed by package retry", seen.Cause)
		seen.Cause = ""
		require.Equal(t, gaveUp, seen)
		require.Equal(t, 2, j.attempts())
	})
}

// planned is a schedule with equal waits.
func planned(d time.Duration) func(activity.Info) time.Duration {
	return func(activity.Info) time.Duration { return d }
}

// With a schedule, a wait that does not fit is shortened, so that the last
// 8 s of 45 are left for an attempt, as StartToClose says: it begins after 37 s
// instead of 46. The second attempt may begin 14 s late.
func TestFittedAttempt(t *testing.T) {
	t.Parallel()
	call := Call{StartToClose: 8 * time.Second, ScheduleToClose: 45 * time.Second, Policy: every(23*time.Second, 0)}
	plan := retry.Plan(call.Policy, retry.Limits{StartToClose: call.StartToClose, ScheduleToClose: call.ScheduleToClose})
	require.Equal(t, 2, plan.MaxAttempts())
	for name, c := range map[string]struct {
		last body // what the third attempt does
		want Seen
	}{
		"fails too": {busy, Seen{
			Failed: true, Reason: retry.ReasonDeadline, State: "Timeout", Type: "Busy", Message: "busy", Cause: "delayed by package retry",
			Last: "Busy",
		}},
		"succeeds": {func(context.Context, *job, int32) error { return nil }, Seen{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var left time.Duration
			j := start(t, startWorker(t, retry.InterceptorOptions{Schedule: planned(23 * time.Second)}), func(ctx context.Context, j *job,
				n int32,
			) error {
				deadline, _ := ctx.Deadline()
				left = time.Until(deadline)
				j.watch(ctx)
				if n <= 2 {
					return busy(ctx, j, n)
				}
				return c.last(ctx, j, n)
			}, Once, call)
			require.Equal(t, c.want, j.end())
			require.Equal(t, 3, j.attempts())
			require.Less(t, j.waits[1], plan.Wait(2))
			require.Greater(t, left, call.StartToClose/2, "the attempt has nearly all of its time")
			t.Logf("the last attempt had %v after waits of %v", left, j.waits)
		})
	}
}
