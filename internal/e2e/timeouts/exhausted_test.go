package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// Spent is what becomes of a budget that is used up.
type Spent struct {
	First, Cleanup Left
	Refused        []timeouts.Reason
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
		if reason, ok := timeouts.ReasonOf(err); ok {
			s.Refused = append(s.Refused, reason)
		}
	}
	// What was kept back is there for what comes after.
	s.Cleanup, _, err = budgeted(ctx, budget.WithoutReserve())
	return s, err
}

// Nothing is scheduled without time.
func TestBudgetExhausted(t *testing.T) {
	t.Parallel()
	startWorker(t, server, e2etest.ID(t), traveling(lint.InterceptorOptions{}), functions{"Workflow": spend, "Look": look})
	run := start(t, server, e2etest.ID(t))
	var s Spent
	require.NoError(t, result(t, run, &s))
	none := timeouts.ReasonBudgetExhausted
	require.Equal(t, []timeouts.Reason{none, none, none}, s.Refused)
	require.LessOrEqual(t, s.First.Given, 10*time.Second)
	require.Greater(t, s.Cleanup.Given, time.Second)
	require.Less(t, s.Cleanup.Given, 16*time.Second)

	events := e2etest.History(t, server, run.GetID(), "")
	require.Equal(t, 2, e2etest.CountEvents(events, scheduled), "the first and the last")
	require.Zero(t, e2etest.CountEvents(events, enumspb.EVENT_TYPE_MARKER_RECORDED))
	require.Zero(t, e2etest.CountEvents(events, enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED))
}

// A workflow that returns the error fails with it, and for good.
func TestBudgetExhaustedFailsWorkflow(t *testing.T) {
	t.Parallel()
	late := func(ctx workflow.Context) error {
		_, _, err := budgeted(ctx, timeouts.NewBudget(ctx, 999*time.Millisecond))
		return err
	}
	startWorker(t, server, e2etest.ID(t), traveling(lint.InterceptorOptions{}), functions{"Workflow": late})
	run := start(t, server, e2etest.ID(t))
	err := result(t, run, nil)
	reason, _ := timeouts.ReasonOf(err)
	require.Equal(t, timeouts.ReasonBudgetExhausted, reason)
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	require.True(t, app.NonRetryable())
	require.Zero(t, e2etest.CountEvents(e2etest.History(t, server, run.GetID(), ""), scheduled))
}
