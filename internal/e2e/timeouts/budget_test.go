package timeouts_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// Left is what an activity knows of its time.
type Left struct {
	Given  time.Duration // its ScheduleToCloseTimeout, by the server
	Left   time.Duration
	Limits bool
}

func look(ctx context.Context) (l Left, err error) {
	l.Given = activity.GetInfo(ctx).ScheduleToCloseTimeout
	l.Left, l.Limits = heartbeat.Remaining(ctx)
	return l, nil
}

const (
	total    = 20 * time.Minute
	reserve  = 5 * time.Minute
	grace    = time.Minute
	whole    = time.Hour // what the activities have by themselves
	lingered = 3 * time.Minute
)

// budgeted executes an activity with the options that the budget makes.
func budgeted(ctx workflow.Context, b timeouts.Budget) (l Left, expected time.Duration, err error) {
	expected, _ = b.Remaining(ctx)
	ctx, err = b.Activity(ctx, workflow.ActivityOptions{StartToCloseTimeout: whole})
	if err == nil {
		err = workflow.ExecuteActivity(ctx, "Look").Get(ctx, &l)
	}
	return l, expected, err
}

// Trip is what a workflow with a budget, its child and its next run have seen.
type Trip struct {
	Budget   timeouts.Budget // as it was made
	Came     timeouts.Budget // what the run was given by its header
	Steps    []Left
	Expected []time.Duration // of the steps, by the workflow's own account
	Plain    Left            // an activity and a local activity with options of their own
	Local    Left
	Lifetime time.Duration // of the child, by its options
	Child    *Trip
}

// journey takes three steps, has a child that takes one, and continues as new. Its
// input does not carry the budget.
func journey(ctx workflow.Context, leg string, trip Trip) (Trip, error) {
	trip.Came = timeouts.BudgetOf(ctx)
	budget, steps := trip.Came, 1
	if leg == "first" {
		budget, steps = timeouts.NewBudget(ctx, total).Reserve(reserve), 3
		trip.Budget = budget
	}
	for range steps {
		if err := workflow.Sleep(ctx, time.Second); err != nil {
			return trip, err
		}
		l, expected, err := budgeted(ctx, budget)
		if err != nil {
			return trip, err
		}
		trip.Steps, trip.Expected = append(trip.Steps, l), append(trip.Expected, expected)
	}
	plain := workflow.WithActivityOptions(timeouts.WithBudget(ctx, budget), workflow.ActivityOptions{ScheduleToCloseTimeout: whole})
	plain = workflow.WithLocalActivityOptions(plain, workflow.LocalActivityOptions{ScheduleToCloseTimeout: whole})
	if err := workflow.ExecuteActivity(plain, "Look").Get(ctx, &trip.Plain); err != nil {
		return trip, err
	}
	if err := workflow.ExecuteLocalActivity(plain, look).Get(ctx, &trip.Local); err != nil {
		return trip, err
	}
	trip.Lifetime = workflow.GetInfo(ctx).WorkflowExecutionTimeout
	if leg != "first" {
		return trip, nil
	}
	child, err := budget.ChildWorkflow(ctx, workflow.ChildWorkflowOptions{}, grace)
	if err != nil {
		return trip, err
	}
	if err := workflow.ExecuteChildWorkflow(child, "Workflow", "child", Trip{}).Get(ctx, &trip.Child); err != nil {
		return trip, err
	}
	return trip, workflow.NewContinueAsNewError(timeouts.WithBudget(ctx, budget), "Workflow", "next", Trip{
		Budget: trip.Budget,
		Child:  trip.Child, Steps: trip.Steps, Expected: trip.Expected,
	})
}

// One budget for three activities, a child workflow and the next run.
func TestBudgetTravels(t *testing.T) {
	t.Parallel()
	startWorker(t, server, e2etest.ID(t), traveling(lint.InterceptorOptions{}), functions{"Workflow": journey, "Look": look})
	run := start(t, server, e2etest.ID(t), "first", Trip{})
	var trip Trip
	require.NoError(t, result(t, run, &trip))
	require.NotNil(t, trip.Child)
	budget := trip.Budget
	require.Equal(t, reserve, budget.Reserved)
	same := func(b timeouts.Budget) { // times have lost their monotonic part
		require.True(t, budget.Deadline.Equal(b.Deadline), "%v, not %v", b.Deadline, budget.Deadline)
		require.Equal(t, budget.Reserved, b.Reserved)
	}
	same(trip.Came)
	same(trip.Child.Came)

	require.Len(t, trip.Steps, 4)
	most := total - reserve
	for i, step := range trip.Steps {
		require.Equal(t, trip.Expected[i], step.Given, "what was left, less the reserve")
		require.LessOrEqual(t, step.Given, most-time.Second, "a second has passed")
		most = step.Given
		requireLeft(t, step)
	}
	for _, l := range append(trip.Child.Steps, trip.Plain, trip.Local, trip.Child.Plain, trip.Child.Local) {
		requireLeft(t, l)
	}
	require.Equal(t, whole, trip.Plain.Given, "its options are its own, and the header says what is left")
	require.Equal(t, whole, trip.Local.Given)
	require.Less(t, trip.Child.Lifetime, total-reserve+grace)
	require.Greater(t, trip.Child.Lifetime, total-reserve+grace-lingered)
}

// requireLeft says that an activity knows of the budget. Clocks of workers may be
// wrong, and machines busy, but not by minutes.
func requireLeft(t *testing.T, l Left) {
	t.Helper()
	require.True(t, l.Limits)
	require.Less(t, l.Left, total-reserve+lingered)
	require.Greater(t, l.Left, total-reserve-lingered)
}

// Without the interceptor nothing travels, and nothing fails.
func TestBudgetStaysAtHome(t *testing.T) {
	t.Parallel()
	home := func(ctx workflow.Context, leg string) (trip Trip, err error) {
		if leg == "child" {
			trip.Came = timeouts.BudgetOf(ctx)
			return trip, nil
		}
		ctx, err = timeouts.NewBudget(ctx, total).ChildWorkflow(ctx, workflow.ChildWorkflowOptions{}, 0)
		if err != nil {
			return trip, err
		}
		plain := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{ScheduleToCloseTimeout: whole})
		if err := workflow.ExecuteActivity(plain, "Look").Get(ctx, &trip.Plain); err != nil {
			return trip, err
		}
		return trip, workflow.ExecuteChildWorkflow(ctx, "Workflow", "child").Get(ctx, &trip.Child)
	}
	startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": home, "Look": look})
	var trip Trip
	require.NoError(t, result(t, start(t, server, e2etest.ID(t), "first"), &trip))
	require.Zero(t, trip.Child.Came)
	require.Greater(t, trip.Plain.Left, total+lingered)
}
