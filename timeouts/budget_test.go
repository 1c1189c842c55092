package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

func TestBudgetShortensOptions(t *testing.T) {
	t.Parallel()
	require.NoError(t, run(t, func(ctx workflow.Context) error {
		budget := timeouts.NewBudget(ctx, time.Hour).Reserve(5 * time.Minute).Reserve(5 * time.Minute)
		given := func(o activity) activity {
			ctx, err := budget.Activity(ctx, o)
			require.NoError(t, err)
			return workflow.GetActivityOptions(ctx)
		}
		o := given(timeouts.Standard())
		require.Equal(t, 10*time.Minute, o.ScheduleToCloseTimeout, "there is enough")
		require.Equal(t, 30*time.Second, o.StartToCloseTimeout)
		require.Equal(t, 50*time.Minute, given(activity{StartToCloseTimeout: time.Minute}).ScheduleToCloseTimeout, "it was unlimited")

		if err := workflow.Sleep(ctx, 49*time.Minute+50*time.Second); err != nil {
			return err
		}
		left, ok := budget.Remaining(ctx)
		require.True(t, ok)
		require.Equal(t, 10*time.Second, left)
		long, err := timeouts.Long(time.Hour, 5*time.Hour)
		require.NoError(t, err)
		o = given(long)
		require.Equal(t, left, o.ScheduleToCloseTimeout)
		require.Equal(t, left, o.StartToCloseTimeout)
		require.Equal(t, left, o.HeartbeatTimeout)
		o = given(timeouts.OnHost(timeouts.Quick(), "host-7"))
		require.Equal(t, left, o.ScheduleToStartTimeout)

		child, err := budget.ChildWorkflow(ctx, workflow.ChildWorkflowOptions{}, time.Minute)
		require.NoError(t, err)
		require.Equal(t, left+time.Minute, workflow.GetChildWorkflowOptions(child).WorkflowExecutionTimeout)
		child, err = budget.ChildWorkflow(ctx, workflow.ChildWorkflowOptions{WorkflowExecutionTimeout: time.Second}, time.Minute)
		require.NoError(t, err)
		require.Equal(t, time.Second, workflow.GetChildWorkflowOptions(child).WorkflowExecutionTimeout)
		local, err := budget.LocalActivity(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: time.Minute})
		require.NoError(t, err)
		require.Equal(t, left, workflow.GetLocalActivityOptions(local).StartToCloseTimeout)
		local, err = budget.LocalActivity(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: time.Second})
		require.NoError(t, err)
		require.Equal(t, time.Second, workflow.GetLocalActivityOptions(local).ScheduleToCloseTimeout, "as without a budget")

		left, _ = budget.WithoutReserve().Remaining(ctx)
		require.Equal(t, 10*time.Minute+10*time.Second, left, "the reserve too")
		return nil
	}))
}

func TestExhaustedBudgetSchedulesNothing(t *testing.T) {
	t.Parallel()
	err := run(t, func(ctx workflow.Context) error {
		budget := timeouts.NewBudget(ctx, time.Minute).Reserve(10 * time.Second)
		if err := workflow.Sleep(ctx, 49*time.Second+time.Millisecond); err != nil {
			return err
		}
		same, err := budget.LocalActivity(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: time.Second})
		require.ErrorIs(t, err, timeouts.ReasonBudgetExhausted)
		require.Equal(t, ctx, same, "a clean-up can use it")
		same, err = budget.ChildWorkflow(ctx, workflow.ChildWorkflowOptions{}, time.Minute)
		require.ErrorIs(t, err, timeouts.ReasonBudgetExhausted)
		require.Equal(t, ctx, same)
		same, err = budget.Activity(ctx, timeouts.Quick())
		require.Equal(t, ctx, same)
		return err
	})
	reason, _ := timeouts.ReasonOf(err)
	require.Equal(t, timeouts.ReasonBudgetExhausted, reason)
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	require.Equal(t, "timeouts.BudgetExhausted", app.Type())
	require.True(t, app.NonRetryable())
	require.ErrorContains(t, err, "timeouts: the budget has 999ms left for another step, with 10s in reserve; stop here, or use a "+
		"larger budget")
}

func TestBudgetAtMost(t *testing.T) {
	t.Parallel()
	require.NoError(t, run(t, func(ctx workflow.Context) error {
		budget := timeouts.NewBudget(ctx, time.Hour).Reserve(10 * time.Minute)
		require.Equal(t, time.Minute, budget.AtMost(ctx, time.Minute))
		require.Equal(t, 50*time.Minute, budget.AtMost(ctx, 3*time.Hour))
		require.Equal(t, 3*time.Hour, timeouts.Budget{}.AtMost(ctx, 3*time.Hour))
		return nil
	}))
}

func TestBudgetSurvivesJSON(t *testing.T) {
	t.Parallel()
	require.NoError(t, run(t, func(ctx workflow.Context) error {
		budget := timeouts.NewBudget(ctx, time.Hour).Reserve(time.Minute)
		payload, err := converter.GetDefaultDataConverter().ToPayload(budget)
		require.NoError(t, err)
		var back timeouts.Budget
		require.NoError(t, converter.GetDefaultDataConverter().FromPayload(payload, &back))
		left, ok := back.Remaining(ctx)
		require.True(t, ok)
		require.Equal(t, 59*time.Minute, left)

		var none timeouts.Budget
		_, ok = none.Remaining(ctx)
		require.False(t, ok)
		free, err := none.Activity(ctx, timeouts.Quick())
		require.NoError(t, err)
		require.Equal(t, 2*time.Minute, workflow.GetActivityOptions(free).ScheduleToCloseTimeout)
		return nil
	}))
}

// A server accepts the options that a budget has shortened, and they do not outlast the
// budget.
func TestBudgetProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, to time.Duration) time.Duration {
			return time.Duration(rapid.Int64Range(0, int64(to)).Draw(t, name))
		}
		total, passed, reserved := draw("total", 3*time.Hour), draw("passed", 2*time.Hour), draw("reserved", time.Hour)
		o := activity{
			StartToCloseTimeout: draw("each", 2*time.Hour), ScheduleToCloseTimeout: draw("all", 4*time.Hour),
			ScheduleToStartTimeout: draw("queue", time.Hour), HeartbeatTimeout: draw("beat", time.Hour),
		}
		require.NoError(t, run(t, func(ctx workflow.Context) error {
			budget := timeouts.NewBudget(ctx, total).Reserve(reserved)
			if err := workflow.Sleep(ctx, passed); err != nil {
				return err
			}
			left := budget.Deadline.Sub(workflow.Now(ctx)) - reserved
			ctx, err := budget.Activity(ctx, o)
			if (left < time.Second) != (err != nil) {
				t.Fatalf("%v are left: %v", left, err)
			}
			if err != nil {
				return nil
			}
			got := workflow.GetActivityOptions(ctx)
			if got.ScheduleToCloseTimeout <= 0 || got.ScheduleToCloseTimeout > left {
				t.Fatalf("ScheduleToClose is %v of %v", got.ScheduleToCloseTimeout, left)
			}
			for _, d := range []time.Duration{got.StartToCloseTimeout, got.HeartbeatTimeout, got.ScheduleToStartTimeout} {
				if d < 0 || d > got.ScheduleToCloseTimeout {
					t.Fatalf("%v of %v", d, got.ScheduleToCloseTimeout)
				}
			}
			local, err := budget.LocalActivity(ctx, workflow.LocalActivityOptions{
				StartToCloseTimeout: o.StartToCloseTimeout, ScheduleToCloseTimeout: o.ScheduleToCloseTimeout,
			})
			require.NoError(t, err)
			l := workflow.GetLocalActivityOptions(local)
			if l.ScheduleToCloseTimeout <= 0 || l.ScheduleToCloseTimeout > left || l.StartToCloseTimeout > l.ScheduleToCloseTimeout {
				t.Fatalf("%+v of %v", l, left)
			}
			options := workflow.ChildWorkflowOptions{WorkflowExecutionTimeout: o.ScheduleToCloseTimeout}
			child, err := budget.ChildWorkflow(ctx, options, time.Minute)
			require.NoError(t, err)
			if d := workflow.GetChildWorkflowOptions(child).WorkflowExecutionTimeout; d <= 0 || d > left+time.Minute {
				t.Fatalf("%v of %v", d, left)
			}
			if (got.StartToCloseTimeout == 0) != (o.StartToCloseTimeout == 0) || (got.HeartbeatTimeout == 0) != (o.HeartbeatTimeout == 0) {
				t.Fatalf("%+v of %+v", got, o)
			}
			return nil
		}))
	})
}
