package timeouts_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// A heartbeatActivity sends heartbeats until its context ends, and reports why that
// was. Its first attempt returns what final makes of the context; later ones end
// well, and tell where they resume.
type heartbeatActivity struct {
	causes chan heartbeat.Cause
	final  func(context.Context) error
}

func newHeartbeatActivity() *heartbeatActivity {
	return &heartbeatActivity{causes: make(chan heartbeat.Cause, 8), final: context.Context.Err}
}

func (b *heartbeatActivity) Beat(ctx context.Context) (Resumed, error) {
	if activity.HasHeartbeatDetails(ctx) {
		return resumed(ctx)
	}
	pages := 0
	stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { pages++; return pages }})
	defer stop()
	<-ctx.Done()
	b.causes <- heartbeat.CauseOf(ctx)
	return Resumed{}, b.final(ctx)
}

// waiting executes Beat, and waits for its end also when it is canceled.
func waiting(ctx workflow.Context, o workflow.ActivityOptions) (r Resumed, err error) {
	o.WaitForCancellation = true
	return r, workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, o), "Beat").Get(ctx, &r)
}

const beat = 5 * time.Second

// beats are the options of an activity that is tried again soon.
func beats() workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: time.Hour, HeartbeatTimeout: beat,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second},
	}
}

// begin starts an activity with such options, and waits until a heartbeat has come.
func (b *heartbeatActivity) begin(t *testing.T, o workflow.ActivityOptions) client.WorkflowRun {
	t.Helper()
	startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": waiting, "Beat": b.Beat})
	run := start(t, server, e2etest.ID(t), o)
	eventually(t, run, func(p *workflowpb.PendingActivityInfo) bool { return page(p.GetHeartbeatDetails()) > 0 })
	return run
}

func (b *heartbeatActivity) cause(t *testing.T) heartbeat.Cause {
	t.Helper()
	return take(t, b.causes)
}

// take waits for what an activity sends, for some time.
func take[T any](t *testing.T, ch <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-ch:
	case <-time.After(time.Minute):
		require.Fail(t, "nothing comes from the activity")
	}
	return v
}

// A workflow is canceled: its activity hears of it, cleans up, and ends as canceled.
func TestCanceled(t *testing.T) {
	t.Parallel()
	b := newHeartbeatActivity()
	run := b.begin(t, beats())
	require.NoError(t, server.CancelWorkflow(t.Context(), run.GetID(), ""))
	require.Equal(t, heartbeat.CauseCanceled, b.cause(t))
	require.True(t, temporal.IsCanceledError(result(t, run, nil)))
	events := e2etest.History(t, server, run.GetID(), "")
	require.Equal(t, 1, e2etest.CountEvents(events, enumspb.EVENT_TYPE_ACTIVITY_TASK_CANCELED))
	require.Equal(t, 1, e2etest.CountEvents(events, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED))
}

// No one hears what an attempt does that is out of time, but it is told.
func TestOutOfTime(t *testing.T) {
	t.Parallel()
	b, o := newHeartbeatActivity(), beats()
	o.StartToCloseTimeout = 8 * time.Second
	run := b.begin(t, o)
	require.Equal(t, heartbeat.CauseDeadline, b.cause(t))
	require.NoError(t, result(t, run, nil), "the next attempt ends well")
}

// The workflow has ended in the meantime.
func TestGone(t *testing.T) {
	t.Parallel()
	b := newHeartbeatActivity()
	run := b.begin(t, beats())
	require.NoError(t, server.TerminateWorkflow(t.Context(), run.GetID(), "", "it is not needed any more"))
	require.Equal(t, heartbeat.CauseNotFound, b.cause(t))
}
