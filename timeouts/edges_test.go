package timeouts_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"
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
		}}, retry.NewInterceptor(retry.Options{}),
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
	_, err := timeouts.Activity(0, timeouts.Options{Total: 10 * time.Second, Heartbeat: time.Minute, Retry: new(retry.Once())})
	require.Error(t, err)
}

func TestLongWithoutHeartbeat(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, timeouts.Check(workflow.ActivityOptions{ScheduleToCloseTimeout: 10 * time.Hour}, timeouts.NoTimeForRetry))
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
