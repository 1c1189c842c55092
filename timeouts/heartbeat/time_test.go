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

func TestMargin(t *testing.T) {
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
	require.ErrorIs(t, over.Err(), context.DeadlineExceeded, "there is no time left for anything")

	free, cancelFree := heartbeat.WithMargin(t.Context(), time.Minute)
	_, ok = free.Deadline()
	require.False(t, ok)
	cancelFree()
	require.ErrorIs(t, free.Err(), context.Canceled)
}

func TestRemainingAndLastAttempt(t *testing.T) {
	t.Parallel()
	type policy = temporal.RetryPolicy
	for name, c := range map[string]struct {
		policy  *policy
		attempt int32
		passed  time.Duration // of an hour
		total   time.Duration
		last    bool
	}{
		"attempts are left":              {&policy{MaximumAttempts: 3}, 2, time.Minute, time.Hour, false},
		"none is left":                   {&policy{MaximumAttempts: 3}, 3, time.Minute, time.Hour, true},
		"the next would be too late":     {&policy{InitialInterval: 10 * time.Minute}, 1, 51 * time.Minute, time.Hour, true},
		"the next is just in time":       {&policy{InitialInterval: 10 * time.Minute}, 1, 49 * time.Minute, time.Hour, false},
		"there is no limit":              {&policy{}, 9, 51 * time.Minute, 0, false},
		"the server tells of no policy":  {nil, 9, 59 * time.Minute, time.Hour, false},
		"waits grow with the attempts":   {&policy{InitialInterval: time.Minute}, 5, 45 * time.Minute, time.Hour, true}, // 16 minutes
		"they were shorter in the first": {&policy{InitialInterval: time.Minute}, 1, 45 * time.Minute, time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var suite testsuite.WorkflowTestSuite
			suite.SetLogger(testenv.Logger())
			env := suite.NewTestActivityEnvironment()
			env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&infoInterceptor{change: func(info *sdkactivity.Info) {
				info.RetryPolicy, info.Attempt, info.StartToCloseTimeout = c.policy, c.attempt, 0
				info.ScheduledTime, info.ScheduleToCloseTimeout = time.Now().Add(-c.passed), c.total
			}}}})
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
