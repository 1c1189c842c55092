package timeouts_test

import (
	"context"
	"errors"
	"math"
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
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

func TestLastAttempt(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{
		&told{change: func(i *sdkactivity.Info) {
			i.Attempt, i.ScheduledTime = 3, time.Now().Add(-20*time.Second)
			i.ScheduleToCloseTimeout, i.StartToCloseTimeout = time.Minute, 10*time.Second
			i.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Minute} // plans 4 min, 40 s are left
		}}, retry.NewInterceptor(retry.InterceptorOptions{}),
	}})
	last := false
	fn := func(ctx context.Context) error { last = timeouts.IsLastAttempt(ctx); return errors.New("x") }
	env.RegisterActivity(fn)
	_, err := env.ExecuteActivity(fn)
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	require.False(t, last && app.NextRetryDelay() < 40*time.Second, "another one follows after %v", app.NextRetryDelay())
}

func TestHeartbeatAboveTotal(t *testing.T) {
	t.Parallel()
	_, err := timeouts.Activity(0, timeouts.Options{Total: 10 * time.Second, Heartbeat: time.Minute, Retry: new(retry.NoRetry())})
	require.Error(t, err)
}

func TestLongWithoutHeartbeat(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, timeouts.Check(workflow.ActivityOptions{ScheduleToCloseTimeout: 10 * time.Hour}, timeouts.CodeNoTimeForRetry))
}

func TestBudgetOverflow(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) {
		d, _ := timeouts.Budget{Deadline: time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC), Reserved: time.Minute}.Remaining(ctx)
		return d > 0, nil
	})
	var positive bool
	require.NoError(t, env.GetWorkflowResult(&positive))
	require.False(t, positive)
}

// Times as long as there are do not wrap around.
func TestCheckOverflow(t *testing.T) {
	t.Parallel()
	found := timeouts.Check(workflow.ActivityOptions{StartToCloseTimeout: math.MaxInt64 - 1, ScheduleToCloseTimeout: math.MaxInt64})
	require.Contains(t, found.String(), "T005")
}

// A server knows nothing of a budget in a header: it goes on as the options say.
func TestLastAttemptAndBudget(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{
		&told{change: func(i *sdkactivity.Info) {
			i.ScheduledTime, i.ScheduleToCloseTimeout, i.StartToCloseTimeout = time.Now(), time.Hour, 0
			i.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Minute}
		}}, timeouts.NewInterceptor(timeouts.InterceptorOptions{}),
	}})
	budget, err := converter.GetDefaultDataConverter().ToPayload(map[string]any{"v": 1, "deadline": time.Now().Add(time.Second)})
	require.NoError(t, err)
	env.SetHeader(&commonpb.Header{Fields: map[string]*commonpb.Payload{"temporal-patterns.budget": budget}})
	fn := func(ctx context.Context) error {
		left, ok := timeouts.Remaining(ctx)
		require.True(t, ok && left <= time.Second, "the budget came")
		require.False(t, timeouts.IsLastAttempt(ctx))
		return nil
	}
	env.RegisterActivity(fn)
	_, err = env.ExecuteActivity(fn)
	require.NoError(t, err)
}
