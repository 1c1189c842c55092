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
