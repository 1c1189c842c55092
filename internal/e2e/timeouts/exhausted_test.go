package timeouts_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// Spent is what becomes of a budget that is used up.
type Spent struct {
	First, Cleanup Left
	Refused        []string // the types of the errors
	Details        timeouts.BudgetExhausted
}

// spend waits until half a second is left of its budget, and tries to go on.
func spend(ctx workflow.Context) (s Spent, err error) {
	budget := timeouts.NewBudget(ctx, 25*time.Second).Reserve(15 * time.Second)
	if s.First, _, err = budgeted(ctx, budget); err != nil {
		return s, err
	}
	left, _ := budget.Remaining(ctx)
	if err := workflow.Sleep(ctx, left-500*time.Millisecond); err != nil {
		return s, err
	}
	_, _, regular := budgeted(ctx, budget)
	_, local := budget.LocalActivity(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: time.Second})
	_, child := budget.ChildWorkflow(ctx, workflow.ChildWorkflowOptions{}, grace)
	for _, err := range []error{regular, local, child} {
		var app *temporal.ApplicationError
		if errors.As(err, &app) {
			s.Refused = append(s.Refused, app.Type())
			_ = app.Details(&s.Details)
		}
	}
	// What was kept back is there for what comes after.
	s.Cleanup, _, err = budgeted(ctx, budget.All())
	return s, err
}

// Nothing is scheduled without time.
func TestBudgetExhausted(t *testing.T) {
	t.Parallel()
	startWorker(t, server, id(t), traveling(timeouts.InterceptorOptions{}), functions{"Workflow": spend, "Look": look})
	run := start(t, server, id(t))
	var s Spent
	require.NoError(t, result(t, run, &s))
	none := timeouts.ErrTypeBudgetExhausted
	require.Equal(t, []string{none, none, none}, s.Refused)
	require.Less(t, s.Details.Remaining, time.Second)
	require.Equal(t, 15*time.Second, s.Details.Reserved)
	require.LessOrEqual(t, s.First.Given, 10*time.Second)
	require.Greater(t, s.Cleanup.Given, time.Second)
	require.Less(t, s.Cleanup.Given, 16*time.Second)

	events := history(t, run.GetID(), "")
	require.Equal(t, 2, count(events, scheduled), "the first and the last")
	require.Zero(t, count(events, enumspb.EVENT_TYPE_MARKER_RECORDED))
	require.Zero(t, count(events, enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED))
}

// A workflow that returns the error fails with it, and for good.
func TestBudgetExhaustedFailsWorkflow(t *testing.T) {
	t.Parallel()
	late := func(ctx workflow.Context) error {
		_, _, err := budgeted(ctx, timeouts.NewBudget(ctx, 999*time.Millisecond))
		return err
	}
	startWorker(t, server, id(t), traveling(timeouts.InterceptorOptions{}), functions{"Workflow": late})
	run := start(t, server, id(t))
	var app *temporal.ApplicationError
	require.ErrorAs(t, result(t, run, nil), &app)
	require.Equal(t, timeouts.ErrTypeBudgetExhausted, app.Type())
	require.True(t, app.NonRetryable())
	require.Zero(t, count(history(t, run.GetID(), ""), scheduled))
}
