package heartbeat_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

func TestWithMargin(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	deadline, _ := ctx.Deadline()
	inner, cancelInner := heartbeat.WithMargin(ctx, 10*time.Minute)
	defer cancelInner()
	got, ok := inner.Deadline()
	require.True(t, ok)
	require.Equal(t, deadline.Add(-10*time.Minute), got)

	over, cancelOver := heartbeat.WithMargin(ctx, 2*time.Hour)
	defer cancelOver()
	require.ErrorIs(t, over.Err(), context.DeadlineExceeded, "a margin above the remaining time")

	free, cancelFree := heartbeat.WithMargin(t.Context(), time.Minute)
	_, ok = free.Deadline()
	require.False(t, ok)
	cancelFree()
	require.ErrorIs(t, free.Err(), context.Canceled)
}

func TestRemainingAndIsLastAttempt(t *testing.T) {
	t.Parallel()
	type policy = temporal.RetryPolicy
	for name, c := range map[string]struct {
		policy  *policy
		attempt int32
		passed  time.Duration // of an hour
		total   time.Duration
		last    bool
	}{
		"attempts are left":  {policy: &policy{MaximumAttempts: 3}, attempt: 2, passed: time.Minute, total: time.Hour},
		"no attempt is left": {policy: &policy{MaximumAttempts: 3}, attempt: 3, passed: time.Minute, total: time.Hour, last: true},
		"next attempt is too late": {
			policy: &policy{InitialInterval: 10 * time.Minute}, attempt: 1, passed: 51 * time.Minute, total: time.Hour, last: true,
		},
		"next attempt is in time": {
			policy: &policy{InitialInterval: 10 * time.Minute}, attempt: 1, passed: 49 * time.Minute,
			total: time.Hour,
		},
		"no limit":                      {policy: &policy{}, attempt: 9, passed: 51 * time.Minute},
		"server without a retry policy": {attempt: 9, passed: 59 * time.Minute, total: time.Hour},
		"fifth wait is 16 minutes": {
			policy: &policy{InitialInterval: time.Minute}, attempt: 5, passed: 45 * time.Minute, total: time.Hour, last: true,
		},
		"first wait is 1 minute": {policy: &policy{InitialInterval: time.Minute}, attempt: 1, passed: 45 * time.Minute, total: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var suite testsuite.WorkflowTestSuite
			suite.SetLogger(testenv.Logger())
			env := suite.NewTestActivityEnvironment()
			change := func(info *sdkactivity.Info) {
				info.RetryPolicy, info.Attempt, info.StartToCloseTimeout = c.policy, c.attempt, 0
				info.ScheduledTime, info.ScheduleToCloseTimeout = time.Now().Add(-c.passed), c.total
			}
			env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&infoInterceptor{change: change}}})
			look := func(ctx context.Context) (bool, error) {
				left, ok := heartbeat.Remaining(ctx)
				require.Equal(t, c.total > 0, ok)
				if ok {
					require.InDelta(t, c.total-c.passed, left, float64(time.Minute))
				}
				return heartbeat.IsLastAttempt(ctx), nil
			}
			env.RegisterActivity(look)
			value, err := env.ExecuteActivity(look)
			require.NoError(t, err)
			var last bool
			require.NoError(t, value.Get(&last))
			require.Equal(t, c.last, last)
		})
	}
}
