package timeouts_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

func TestBudgetShortensTheRunTimeoutOfAChild(t *testing.T) {
	t.Parallel()
	child := func(workflow.Context) error { return nil }
	env := testenv.New(lint.NewInterceptor(lint.InterceptorOptions{Fail: true}), timeouts.NewInterceptor())
	env.RegisterWorkflow(child)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		o, err := timeouts.ChildWorkflow(30*time.Minute, 0, timeouts.Options{})
		if err != nil {
			return err
		}
		ctx, err = timeouts.NewBudget(ctx, 10*time.Minute).ChildWorkflow(ctx, o, time.Minute)
		require.NoError(t, err)
		cut := workflow.GetChildWorkflowOptions(ctx)
		require.Equal(t, 11*time.Minute, cut.WorkflowExecutionTimeout)
		require.Equal(t, 11*time.Minute, cut.WorkflowRunTimeout)
		return workflow.ExecuteChildWorkflow(ctx, child).Get(ctx, nil)
	})
	require.NoError(t, env.GetWorkflowError())
}

// Sums of durations saturate; they never become negative.
func TestBudgetSaturates(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(workflow.Context, timeouts.Budget) (time.Duration, error){
		"longest grace of a child": func(ctx workflow.Context, b timeouts.Budget) (time.Duration, error) {
			ctx, err := b.ChildWorkflow(ctx, workflow.ChildWorkflowOptions{}, math.MaxInt64)
			return workflow.GetChildWorkflowOptions(ctx).WorkflowExecutionTimeout, err
		},
		"longest reserve, twice": func(_ workflow.Context, b timeouts.Budget) (time.Duration, error) {
			return b.Reserve(math.MaxInt64).Reserve(math.MaxInt64).Reserved, nil
		},
		"longest total and longest grace": func(ctx workflow.Context, _ timeouts.Budget) (time.Duration, error) {
			ctx, err := timeouts.NewBudget(ctx, math.MaxInt64).ChildWorkflow(ctx, workflow.ChildWorkflowOptions{}, math.MaxInt64)
			return workflow.GetChildWorkflowOptions(ctx).WorkflowExecutionTimeout, err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.ExecuteWorkflow(func(ctx workflow.Context) (time.Duration, error) {
				return f(ctx, timeouts.NewBudget(ctx, 10*time.Minute))
			})
			var d time.Duration
			require.NoError(t, env.GetWorkflowResult(&d))
			require.Equal(t, time.Duration(math.MaxInt64), d)
		})
	}
}

func TestBudgetLongAgoHasNothingLeft(t *testing.T) {
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
