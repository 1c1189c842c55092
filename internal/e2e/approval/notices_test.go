package approval_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	sdktemporal "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

// Noticed is one gate whose notices go to that activity. It returns when it got the
// decision.
func Noticed(ctx workflow.Context, activity string) (time.Time, error) {
	gates, err := approval.NewGates(ctx, approval.Options{Notify: activity, NotifyOptions: workflow.ActivityOptions{
		StartToCloseTimeout: 2 * time.Second, ScheduleToCloseTimeout: 8 * time.Second,
		RetryPolicy: &sdktemporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 1},
	}})
	if err != nil {
		return time.Time{}, err
	}
	_, err = approval.Await(ctx, gates, approval.Request[string]{
		ID: gateID, Subject: "report 7", Requester: "eve", Policy: policy.Quorum(1, "finance").Within(time.Minute),
	})
	return workflow.Now(ctx), err
}

// TellNobody is a mail server that is down.
func TellNobody(context.Context, approval.Notice) error { return errors.New("the mail server is down") }

// A decision does not wait for notices. The run ends when they are delivered or
// given up.
func TestNoticesThatCannotBeDelivered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		activity    string
		least, most time.Duration // from the decision to the end of the run
	}{
		"the mail server is down":        {"TellNobody", 4 * time.Second, 20 * time.Second},
		"the activity is not registered": {"TellWhom", 0, 4 * time.Second},
		"they are delivered":             {"Tell", 0, 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := "notices-" + c.activity
			e2etest.StartProcess(t, id)
			run := start(t, id, Noticed, c.activity)
			e2etest.WaitForEvents(t, temporal, run, started, 1)
			_, err := chair{t, run, approvalclient.Options{UpdateTimeout: time.Minute}, 0}.says("ann", "finance", "1", policy.ChoiceApprove)
			require.NoError(t, err)
			var decided time.Time
			require.NoError(t, run.Get(t.Context(), &decided))
			events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
			for _, e := range events {
				if e.GetWorkflowExecutionUpdateAcceptedEventAttributes() != nil {
					require.WithinDuration(t, e.GetEventTime().AsTime(), decided, 2*time.Second)
				}
			}
			ended := events[len(events)-1].GetEventTime().AsTime()
			require.GreaterOrEqual(t, ended.Sub(decided), c.least)
			require.LessOrEqual(t, ended.Sub(decided), c.most)
			require.Equal(t, 2, e2etest.CountEvents(events, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED))
		})
	}
}

// A run that is canceled gives its last notice before it ends.
func TestNoticeOfACancellation(t *testing.T) {
	t.Parallel()
	const id = "notices-canceled"
	e2etest.StartProcess(t, id)
	run := start(t, id, Noticed, "Tell")
	e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, 1)
	require.NoError(t, temporal.CancelWorkflow(t.Context(), id, ""))
	events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED, 1)
	require.Equal(t, 2, e2etest.CountEvents(events, enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED))
}
