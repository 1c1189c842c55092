package timeouts_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// What a budget has cut down is no mistake of the user's.
func TestBudgetCutsTheRunTimeoutOfAChild(t *testing.T) {
	t.Parallel()
	child := func(workflow.Context) error { return nil }
	env := testenv.New(timeouts.NewInterceptor(timeouts.InterceptorOptions{Fail: true}))
	env.RegisterWorkflow(child)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		o, err := timeouts.ChildWorkflow(30*time.Minute, timeouts.Options{})
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

// The longest durations stay the longest ones; they never become negative.
func TestBudgetOfTheLongestDurations(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(workflow.Context, timeouts.Budget) (time.Duration, error){
		"grace of a child": func(ctx workflow.Context, b timeouts.Budget) (time.Duration, error) {
			ctx, err := b.ChildWorkflow(ctx, workflow.ChildWorkflowOptions{}, math.MaxInt64)
			return workflow.GetChildWorkflowOptions(ctx).WorkflowExecutionTimeout, err
		},
		"reserve, twice": func(_ workflow.Context, b timeouts.Budget) (time.Duration, error) {
			return b.Reserve(math.MaxInt64).Reserve(math.MaxInt64).Reserved, nil
		},
		"total and grace": func(ctx workflow.Context, _ timeouts.Budget) (time.Duration, error) {
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

// Policies that a server cannot read, or of which it cannot compute the longest
// wait, are errors, whatever they are the policy of.
func TestPoliciesThatNoServerTakes(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]temporal.RetryPolicy{
		"a name that is not UTF-8": {NonRetryableErrorTypes: []string{"Declined\xff"}, MaximumAttempts: 3},
		"a wait of 100 years":      {InitialInterval: 100 * 365 * 24 * time.Hour, MaximumAttempts: 3},
	} {
		for _, found := range []timeouts.Findings{
			timeouts.Check(workflow.ActivityOptions{StartToCloseTimeout: time.Second, RetryPolicy: &p}),
			timeouts.Check(workflow.LocalActivityOptions{StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: time.Minute, RetryPolicy: &p}),
			timeouts.Check(workflow.ChildWorkflowOptions{RetryPolicy: &p}),
			timeouts.Check(client.StartWorkflowOptions{RetryPolicy: &p}),
		} {
			require.ErrorContains(t, found.Err(), string(timeouts.CodeInvalidRetryPolicy), name)
		}
	}
}
