package timeouts_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
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

func TestBudgetOfThePastHasNothingLeft(t *testing.T) {
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

func TestBudgetContinuesAsNewWithOptions(t *testing.T) {
	t.Parallel()
	next := func(workflow.Context) error { return nil }
	for name, o := range map[string]workflow.ContinueAsNewErrorOptions{
		"no options":      {},
		"a retry policy":  {RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 2}},
		"a delayed start": {BackoffStartInterval: time.Minute},
		"an upgrade":      {InitialVersioningBehavior: workflow.ContinueAsNewVersioningBehaviorAutoUpgrade},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The second interceptor is called by the first, not by the SDK.
			env := testenv.New(timeouts.NewInterceptor(), timeouts.NewInterceptor())
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				ctx = timeouts.WithBudget(ctx, timeouts.NewBudget(ctx, time.Hour))
				return workflow.NewContinueAsNewErrorWithOptions(ctx, o, next)
			})
			var again *workflow.ContinueAsNewError
			require.ErrorAs(t, env.GetWorkflowError(), &again)
			require.Contains(t, again.Header.GetFields(), "temporal-patterns.budget")
			require.Equal(t, o.RetryPolicy, again.RetryPolicy)
			require.Equal(t, o.BackoffStartInterval, again.BackoffStartInterval)
			require.Equal(t, o.InitialVersioningBehavior, again.InitialVersioningBehavior)
		})
	}
}

// A run that asked for its budget before its workers had the interceptor continues
// without a budget.
func TestInterceptorAddedToOpenRuns(t *testing.T) {
	t.Parallel()
	stepwise := func(ctx workflow.Context) (string, error) {
		for range 2 {
			left, ok := timeouts.BudgetOf(ctx).Remaining(ctx)
			if ok && left < 2*time.Minute {
				return "no time is left", nil
			}
			if err := workflow.Sleep(ctx, time.Minute); err != nil {
				return "", err
			}
		}
		return "done", nil
	}
	for name, c := range map[string]struct {
		had  bool // the interceptor when the run started
		want string
	}{
		"an interceptor from the start": {had: true, want: "no time is left"},
		"an interceptor added later":    {had: false, want: "done"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.NewWithHeader(t, "stepwise", map[string]historytest.Payload{
				"temporal-patterns.budget": historytest.JSON(t, map[string]any{"v": 1, "deadline": "2026-01-05T09:02:30Z"}),
			})
			if c.had {
				h.MutableSideEffect("temporal-patterns.timeouts.budget", 1, map[string]any{"deadline": "2026-01-05T09:02:30Z"})
			}
			timer := h.TimerStarted(time.Minute)
			h.Pass(time.Minute).TimerFired(timer).Task()
			if !c.had {
				timer = h.TimerStarted(time.Minute)
				h.Pass(time.Minute).TimerFired(timer).Task()
			}
			var got string
			h.Result(&got, stepwise, timeouts.NewInterceptor())
			require.Equal(t, c.want, got)
		})
	}
}
