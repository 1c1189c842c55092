package lint_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

func TestWithOptionsIgnoresCodesInAContext(t *testing.T) {
	t.Parallel()
	env, observed := newEnv(lint.InterceptorOptions{Fail: true})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		o := timeouts.Must(timeouts.Activity(5*time.Second, 0, timeouts.Options{
			Ignore: []lint.Code{lint.CodeUnboundedRetry}, Heartbeat: time.Second,
		}))
		ctx = lint.WithOptions(ctx, ignore(lint.CodeUnboundedRetry))
		ctx = lint.WithOptions(ctx, ignore(lint.CodeSharedQueue))
		ctx = workflow.WithActivityOptions(ctx, o)
		return workflow.ExecuteActivity(ctx, "Charge").Get(ctx, nil)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Empty(t, observed.Lines("T006"))
	require.Len(t, observed.Lines("W106"), 1)
}

// The SDK lets a workflow use the future of a child that was not started.
func TestFailedChildWorkflowFuture(t *testing.T) {
	t.Parallel()
	env, _ := newEnv(lint.InterceptorOptions{Fail: true})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowRunTimeout: -1})
		child := workflow.ExecuteChildWorkflow(ctx, "Charge")
		require.ErrorContains(t, child.SignalChildWorkflow(ctx, "more", 1).Get(ctx, nil), "T002")
		require.ErrorContains(t, child.GetChildWorkflowExecution().Get(ctx, nil), "T002")
		ended := false
		workflow.NewSelector(ctx).AddFuture(child, func(workflow.Future) { ended = true }).Select(ctx)
		require.True(t, ended)
		return child.Get(ctx, nil)
	})
	require.ErrorContains(t, env.GetWorkflowError(), "T002")
}

// A finding in a replay does not count as logged.
func TestInterceptorLogsAfterReplay(t *testing.T) {
	t.Parallel()
	i := lint.NewInterceptor(lint.InterceptorOptions{})
	bad := func(ctx workflow.Context) error { return starts["activity"].start(ctx, true) }
	require.NoError(t, historytest.New(t, "bad").ActivityScheduled("Charge").Replay(bad, i))
	env, observed := testenv.NewObserved(i)
	env.RegisterActivityWithOptions(func(context.Context) error { return nil }, sdkactivity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(bad)
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, observed.Lines("T006"), 1)
}

// Options that a budget has shortened are short by intention.
func TestInterceptorIgnoresShortTimeoutsOfBudgets(t *testing.T) {
	t.Parallel()
	env, observed := newEnv(lint.InterceptorOptions{Fail: true})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		budget := timeouts.NewBudget(ctx, 20*time.Second)
		long, err := timeouts.Long(time.Hour, 9*time.Hour)
		require.NoError(t, err)
		for _, o := range []activity{timeouts.Standard(), timeouts.Quick(), long} {
			step, err := budget.Activity(ctx, o)
			require.NoError(t, err)
			require.NoError(t, workflow.ExecuteActivity(step, "Charge").Get(ctx, nil))
		}
		local, err := budget.LocalActivity(ctx, timeouts.Must(timeouts.LocalActivity(5*time.Second, 9*time.Second, timeouts.Options{})))
		require.NoError(t, err)
		require.NoError(t, workflow.ExecuteLocalActivity(local, "Charge").Get(ctx, nil))

		// A mistake that the budget did not make is still found, also in a context that
		// comes from one with shortened options.
		short := standardWith(func(o *activity) { o.ScheduleToCloseTimeout = 30 * time.Second })
		for _, ctx := range []workflow.Context{ctx, local} {
			step, err := timeouts.NewBudget(ctx, 20*time.Minute).Activity(ctx, short)
			require.NoError(t, err)
			require.ErrorContains(t, workflow.ExecuteActivity(step, "Charge").Get(ctx, nil), "T005")
		}
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, observed.Lines("Finding="), 1)
}
