package timeouts_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

func execution(run client.WorkflowRun) *commonpb.WorkflowExecution {
	return &commonpb.WorkflowExecution{WorkflowId: run.GetID(), RunId: run.GetRunID()}
}

func pause(t *testing.T, run client.WorkflowRun) {
	t.Helper()
	_, err := server.WorkflowService().PauseActivity(t.Context(), &workflowservice.PauseActivityRequest{
		Namespace: client.DefaultNamespace, Execution: execution(run), Activity: &workflowservice.PauseActivityRequest_Type{Type: "Beat"},
	})
	require.NoError(t, err)
}

func unpause(t *testing.T, run client.WorkflowRun) {
	t.Helper()
	_, err := server.WorkflowService().UnpauseActivity(t.Context(), &workflowservice.UnpauseActivityRequest{
		Namespace: client.DefaultNamespace, Execution: execution(run), Activity: &workflowservice.UnpauseActivityRequest_Type{Type: "Beat"},
	})
	require.NoError(t, err)
}

// isPaused says that the server has heard of the end of the attempt that was paused.
func isPaused(p *workflowpb.PendingActivityInfo) bool {
	return p.GetState() == enumspb.PENDING_ACTIVITY_STATE_PAUSED
}

func reset(t *testing.T, run client.WorkflowRun) {
	t.Helper()
	_, err := server.WorkflowService().ResetActivity(t.Context(), &workflowservice.ResetActivityRequest{
		Namespace: client.DefaultNamespace, Execution: execution(run), Activity: &workflowservice.ResetActivityRequest_Type{Type: "Beat"},
	})
	require.NoError(t, err)
}

// canceled is what an activity should not return unless it was canceled.
func canceled(context.Context) error { return temporal.NewCanceledError() }

// A paused activity goes on later, where it was. What it returned is no matter:
// the SDK does not let an activity end as canceled that was not.
func TestPaused(t *testing.T) {
	t.Parallel()
	for name, final := range map[string]func(context.Context) error{"ctx.Err": context.Context.Err, "CanceledError": canceled} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newHeartbeatActivity()
			b.final = final
			run := b.begin(t, beats())
			pause(t, run)
			require.Equal(t, heartbeat.CausePaused, b.cause(t))
			p := eventually(t, run, isPaused)
			unpause(t, run)
			var got Resumed
			require.NoError(t, result(t, run, &got))
			require.Equal(t, page(p.GetHeartbeatDetails()), got.Page)
			require.Positive(t, got.Page)
			require.EqualValues(t, 2, got.Attempt)
		})
	}
}

// The attempts of one that is reset are counted again: the one that runs becomes
// the first, and another follows it where it was. One that had another number is
// not known any more, so it is not told why.
func TestReset(t *testing.T) {
	t.Parallel()
	const last = 3
	for name, c := range map[string]struct {
		attempt int32
		cause   heartbeat.Cause
	}{
		"the first": {1, heartbeat.CauseReset},
		"the last":  {last, heartbeat.CauseNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newHeartbeatActivity()
			flaky := func(ctx context.Context) (Resumed, error) {
				if !activity.HasHeartbeatDetails(ctx) && activity.GetInfo(ctx).Attempt < c.attempt {
					return Resumed{}, temporal.NewApplicationError("broken", "Broken")
				}
				return b.Beat(ctx)
			}
			startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": waiting, "Beat": flaky})
			o := beats()
			o.RetryPolicy.MaximumAttempts = last
			run := start(t, server, e2etest.ID(t), o)
			p := eventually(t, run, func(p *workflowpb.PendingActivityInfo) bool { return page(p.GetHeartbeatDetails()) > 0 })
			require.Equal(t, c.attempt, p.GetAttempt())
			reset(t, run)
			require.Equal(t, c.cause, b.cause(t))
			var got Resumed
			require.NoError(t, result(t, run, &got))
			require.EqualValues(t, 2, got.Attempt)
			require.Positive(t, got.Page)
		})
	}
}

// An attempt that is the only one ends the activity when it is reset, since it
// counts. Then it matters what it returns: with the wrong error the workflow is
// canceled, which no one has asked for.
func TestResetOfOnlyAttempt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		final  func(context.Context) error
		closed enumspb.EventType
	}{
		"ctx.Err":       {context.Context.Err, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED},
		"CanceledError": {canceled, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, o := newHeartbeatActivity(), beats()
			b.final, o.RetryPolicy.MaximumAttempts = c.final, 1
			run := b.begin(t, o)
			reset(t, run)
			require.Equal(t, heartbeat.CauseReset, b.cause(t))
			require.Error(t, result(t, run, nil))
			events := e2etest.History(t, server, run.GetID(), "")
			require.Equal(t, 1, e2etest.CountEvents(events, enumspb.EVENT_TYPE_ACTIVITY_TASK_FAILED))
			require.Equal(t, 1, e2etest.CountEvents(events, c.closed))
		})
	}
}
