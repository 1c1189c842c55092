package heartbeat_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
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

// The interceptor of package retry shortens the wait to fit one more attempt.
func TestIsLastAttemptWithRetryInterceptor(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{
		&infoInterceptor{change: func(i *sdkactivity.Info) {
			i.Attempt, i.ScheduledTime = 3, time.Now().Add(-20*time.Second)
			i.ScheduleToCloseTimeout, i.StartToCloseTimeout = time.Minute, 10*time.Second
			i.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Minute} // plans 4 min, 40 s are left
		}}, retry.NewInterceptor(retry.InterceptorOptions{}),
	}})
	last := false
	fn := func(ctx context.Context) error { last = heartbeat.IsLastAttempt(ctx); return errors.New("x") }
	env.RegisterActivity(fn)
	_, err := env.ExecuteActivity(fn)
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	require.False(t, last && app.NextRetryDelay() < 40*time.Second, "another one follows after %v", app.NextRetryDelay())
}

// A server does not know the budget, and retries as the options say.
func TestIsLastAttemptIgnoresBudget(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{
		&infoInterceptor{change: func(i *sdkactivity.Info) {
			i.ScheduledTime, i.ScheduleToCloseTimeout, i.StartToCloseTimeout = time.Now(), time.Hour, 0
			i.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Minute}
		}}, timeouts.NewInterceptor(),
	}})
	budget, err := converter.GetDefaultDataConverter().ToPayload(map[string]any{"v": 1, "deadline": time.Now().Add(time.Second)})
	require.NoError(t, err)
	env.SetHeader(&commonpb.Header{Fields: map[string]*commonpb.Payload{"temporal-patterns.budget": budget}})
	fn := func(ctx context.Context) error {
		left, ok := heartbeat.Remaining(ctx)
		require.True(t, ok && left <= time.Second, "the budget has arrived")
		require.False(t, heartbeat.IsLastAttempt(ctx))
		return nil
	}
	env.RegisterActivity(fn)
	_, err = env.ExecuteActivity(fn)
	require.NoError(t, err)
}
