package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

func charge() error { return nil }

// What an activity without a timeout does to a workflow: it hangs, and no one
// is told. With the interceptor it hangs as before, unless it is to fail.
func TestNoTimeout(t *testing.T) {
	t.Parallel()
	_, err := timeouts.Activity(0, 0, timeouts.Options{})
	require.ErrorContains(t, err, "T001", "found before anything has started")

	order := func(ctx workflow.Context) error {
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{}), "Charge").Get(ctx, nil)
	}
	for name, o := range map[string]worker.Options{
		"by the SDK alone":     {},
		"with the interceptor": traveling(lint.InterceptorOptions{}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			startWorker(t, server, e2etest.ID(t), o, functions{"Workflow": order, "Charge": charge})
			run := start(t, server, e2etest.ID(t))
			events := e2etest.WaitForEvents(t, server, run, taskFailed, 1)
			failure := events[len(events)-1].GetWorkflowTaskFailedEventAttributes()
			require.Equal(t, enumspb.WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES, failure.GetCause())
			require.Eventually(t, func() bool { // only the first failure is in the history
				d, err := describe(t.Context(), server, run.GetID())
				return err == nil && d.GetPendingWorkflowTask().GetAttempt() >= 3
			}, time.Minute, 50*time.Millisecond, "it does not fail again")
			require.Zero(t, e2etest.CountEvents(e2etest.History(t, server, run.GetID(), ""), scheduled))
		})
	}
}

// A worker with Fail starts nothing that has a finding.
func TestFail(t *testing.T) {
	t.Parallel()
	var noActivity workflow.ActivityOptions
	var noLocal workflow.LocalActivityOptions
	tooLong := workflow.ChildWorkflowOptions{WorkflowRunTimeout: time.Hour, WorkflowExecutionTimeout: time.Minute}
	order := func(ctx workflow.Context, what string) error {
		switch what {
		case "an activity":
			return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, noActivity), "Charge").Get(ctx, nil)
		case "a local activity":
			return workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, noLocal), charge).Get(ctx, nil)
		}
		child := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, tooLong), "Workflow", "")
		if err := child.GetChildWorkflowExecution().Get(ctx, nil); err == nil {
			return nil
		}
		return child.Get(ctx, nil)
	}
	for what, code := range map[string]lint.Code{
		"an activity": lint.CodeNoCloseTimeout, "a local activity": lint.CodeNoCloseTimeout, "a child": lint.CodeAttemptTooLong,
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			startWorker(t, server, e2etest.ID(t), traveling(lint.InterceptorOptions{Fail: true}), functions{"Workflow": order, "Charge": charge})
			run := start(t, server, e2etest.ID(t), what)
			err := result(t, run, nil)
			require.ErrorContains(t, err, string(code)+" ")
			var app *temporal.ApplicationError
			require.ErrorAs(t, err, &app)
			require.Equal(t, "timeouts/lint.InvalidOptions", app.Type())
			require.True(t, app.NonRetryable())
			events := e2etest.History(t, server, run.GetID(), "")
			require.Equal(t, []string{
				"WorkflowExecutionStarted", "WorkflowTaskScheduled", "WorkflowTaskStarted", "WorkflowTaskCompleted", "WorkflowExecutionFailed",
			}, types(events), "nothing was started")
		})
	}
}
