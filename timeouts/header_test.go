package timeouts_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

func activityName(name string) sdkactivity.RegisterOptions {
	return sdkactivity.RegisterOptions{Name: name}
}

// budgetEnv returns an environment with an activity and a child workflow that return
// their budget.
func budgetEnv(interceptors ...interceptor.WorkerInterceptor) *testsuite.TestWorkflowEnvironment {
	env := testenv.New(interceptors...)
	env.RegisterActivityWithOptions(func(ctx context.Context) (time.Duration, error) {
		left, ok := heartbeat.Remaining(ctx)
		if !ok {
			return -1, nil
		}
		return left, nil
	}, activityName("Left"))
	env.RegisterWorkflowWithOptions(func(ctx workflow.Context) (timeouts.Budget, error) {
		return timeouts.BudgetOf(ctx), nil
	}, workflow.RegisterOptions{Name: "Child"})
	return env
}

// headerEnv returns the environment of a workflow that was started with a header.
func headerEnv(encoding, data string) (*testsuite.TestWorkflowEnvironment, *bytes.Buffer) {
	var (
		suite testsuite.WorkflowTestSuite
		log   bytes.Buffer
	)
	suite.SetLogger(sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(&log, nil))))
	suite.SetHeader(&commonpb.Header{Fields: map[string]*commonpb.Payload{"temporal-patterns.budget": {
		Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding)}, Data: []byte(data),
	}}})
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{timeouts.NewInterceptor()}})
	return env, &log
}

func TestBudgetReachesWhatItsContextStarts(t *testing.T) {
	t.Parallel()
	env := budgetEnv(timeouts.NewInterceptor())
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		require.Zero(t, timeouts.BudgetOf(ctx))
		budget := timeouts.NewBudget(ctx, 30*time.Minute).Reserve(10 * time.Minute)
		var left time.Duration

		step, err := budget.Activity(ctx, timeouts.Standard()) // 10 minutes in all
		require.NoError(t, err)
		require.NoError(t, workflow.ExecuteActivity(step, "Left").Get(ctx, &left))
		require.InDelta(t, 10*time.Minute, left, float64(3*time.Minute), "its own timeout ends first")

		free := workflow.WithActivityOptions(timeouts.WithBudget(ctx, budget), workflow.ActivityOptions{
			StartToCloseTimeout: time.Minute, ScheduleToCloseTimeout: 9 * time.Hour,
		})
		require.NoError(t, workflow.ExecuteActivity(free, "Left").Get(ctx, &left))
		require.InDelta(t, 20*time.Minute, left, float64(3*time.Minute), "the budget without the reserve ends first")

		local, err := budget.LocalActivity(ctx, workflow.LocalActivityOptions{ScheduleToCloseTimeout: 9 * time.Hour})
		require.NoError(t, err)
		local = workflow.WithLocalActivityOptions(local, workflow.LocalActivityOptions{ScheduleToCloseTimeout: 9 * time.Hour}) // as is
		require.NoError(t, workflow.ExecuteLocalActivity(local, "Left").Get(ctx, &left))
		require.InDelta(t, 20*time.Minute, left, float64(3*time.Minute))

		scope, err := budget.ChildWorkflow(ctx, workflow.ChildWorkflowOptions{}, time.Minute)
		require.NoError(t, err)
		var child timeouts.Budget
		require.NoError(t, workflow.ExecuteChildWorkflow(scope, "Child").Get(ctx, &child))
		require.True(t, budget.Deadline.Equal(child.Deadline), "%v", child)
		require.Equal(t, budget.Reserved, child.Reserved)

		var other timeouts.Budget
		require.NoError(t, workflow.ExecuteChildWorkflow(ctx, "Child").Get(ctx, &other))
		require.Zero(t, other, "a context without the budget")
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
}

func TestBudgetOfUpdateHandlersAndTheNextRun(t *testing.T) {
	t.Parallel()
	deadline := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	env, _ := headerEnv("json/plain", `{"v":1,"deadline":"2030-01-01T00:00:00Z","reserved":60000000000,"addedLater":true}`)
	var inUpdate time.Time
	look := signals.NewUpdate[int, time.Time]("look")
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflowNoRejection(look.Name(), "", t, 1)
	}, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		err := look.Handle(ctx, nil, func(ctx workflow.Context, _ int) (time.Time, error) {
			inUpdate = timeouts.BudgetOf(ctx).Deadline
			return inUpdate, nil
		})
		require.NoError(t, err)
		budget := timeouts.BudgetOf(ctx)
		require.Equal(t, timeouts.Budget{Deadline: deadline, Reserved: time.Minute}, budget)
		require.NoError(t, workflow.Sleep(ctx, time.Hour))
		return workflow.NewContinueAsNewError(ctx, func(workflow.Context) error { return nil })
	})
	require.Equal(t, deadline, inUpdate)
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &again)
	var carried struct{ Deadline time.Time }
	require.NoError(t, converter.GetDefaultDataConverter().FromPayload(again.Header.GetFields()["temporal-patterns.budget"], &carried))
	require.Equal(t, deadline, carried.Deadline)
}

// Any client can send a header. A malformed one is ignored and logged, with the reason.
func TestMalformedHeaders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ encoding, data string }{
		"invalid JSON":                {encoding: "json/plain", data: "{"},
		"JSON null":                   {encoding: "json/plain", data: "null"},
		"a string":                    {encoding: "json/plain", data: `"tomorrow"`},
		"deadline missing":            {encoding: "json/plain", data: `{"v":1}`},
		"version missing":             {encoding: "json/plain", data: `{"deadline":"2030-01-01T00:00:00Z"}`},
		"deadline that is not a time": {encoding: "json/plain", data: `{"v":1,"deadline":"tomorrow"}`},
		"unknown encoding":            {encoding: "binary/x", data: "\x00\xff"},
		"empty payload":               {},
		"Temporal's nil payload":      {encoding: "binary/null"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, log := headerEnv(c.encoding, c.data)
			env.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) {
				_, ok := timeouts.BudgetOf(ctx).Remaining(ctx)
				return ok, nil
			})
			var limited bool
			require.NoError(t, env.GetWorkflowResult(&limited))
			require.False(t, limited)
			require.Equal(t, 1, strings.Count(log.String(), "The budget in the header cannot be read"))
			require.Contains(t, log.String(), "Error=")
		})
	}
}

func TestBudgetWithoutAValidDeadlineIsNotSent(t *testing.T) {
	t.Parallel()
	env := budgetEnv(timeouts.NewInterceptor())
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		for _, b := range []timeouts.Budget{{}, {Deadline: time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)}} {
			child := timeouts.Budget{Reserved: 1}
			require.NoError(t, workflow.ExecuteChildWorkflow(timeouts.WithBudget(ctx, b), "Child").Get(ctx, &child))
			require.Zero(t, child.Deadline)
		}
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
}
