package timeouts_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

const (
	taskFailed   = enumspb.EVENT_TYPE_WORKFLOW_TASK_FAILED
	timerStarted = enumspb.EVENT_TYPE_TIMER_STARTED
	timerFired   = enumspb.EVENT_TYPE_TIMER_FIRED
	scheduled    = enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
	completed    = enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED
)

// requireTimers says how many timers were started in a run that has ended, and
// how many of them have fired. Each of the others was canceled: none is left.
func requireTimers(t *testing.T, run client.WorkflowRun, started, fired int) {
	t.Helper()
	events := e2etest.History(t, server, run.GetID(), run.GetRunID())
	require.Equal(t, started, e2etest.CountEvents(events, timerStarted), "started")
	require.Equal(t, fired, e2etest.CountEvents(events, timerFired), "fired")
	require.Equal(t, started, fired+e2etest.CountEvents(events, enumspb.EVENT_TYPE_TIMER_CANCELED), "one is left running")
	require.Empty(t, broken(events))
}

// broken are the workflow tasks that failed, by their messages. A refused update
// leaves no event, so a worker that has lost the run in between may be shown a
// history that ends too soon: that task is tried again, and no one is to blame.
func broken(events []*historypb.HistoryEvent) (messages []string) {
	for _, e := range events {
		failed := e.GetWorkflowTaskFailedEventAttributes()
		if message := failed.GetFailure().GetMessage(); failed != nil && !strings.Contains(message, "premature end of stream") {
			messages = append(messages, failed.GetCause().String()+": "+message)
		}
	}
	return messages
}

// describe asks the server about a run.
func describe(ctx context.Context, by client.Client, workflowID string) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	return by.DescribeWorkflowExecution(ctx, workflowID, "")
}

// pending is what the server knows of the run's only activity; nil when there is
// none.
func pending(ctx context.Context, by client.Client, workflowID string) *workflowpb.PendingActivityInfo {
	d, err := describe(ctx, by, workflowID)
	if err != nil || len(d.GetPendingActivities()) == 0 {
		return nil
	}
	return d.GetPendingActivities()[0]
}

// eventually waits until what the server knows of the activity is so.
func eventually(t *testing.T, run client.WorkflowRun, so func(*workflowpb.PendingActivityInfo) bool) *workflowpb.PendingActivityInfo {
	t.Helper()
	var p *workflowpb.PendingActivityInfo
	require.Eventually(t, func() bool {
		p = pending(t.Context(), server, run.GetID())
		return p != nil && so(p)
	}, time.Minute, 50*time.Millisecond)
	return p
}
