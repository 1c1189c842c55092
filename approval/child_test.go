package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

type paper struct {
	Title string `json:"title"`
	Pages int    `json:"pages"`
}

// A gate may be a workflow of its own; people decide at that one.
func TestAwaitChild(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.RegisterWorkflowWithOptions(approval.Workflow, workflow.RegisterOptions{Name: approval.WorkflowName})
	env.RegisterDelayedCallback(func() {
		v := vote("1", "ann", approval.Approve).with("subject", paper{"shorter", 7})
		require.NoError(t, env.UpdateWorkflowByID("paper-7", approval.UpdateDecide, "u", &testsuite.TestUpdateCallback{
			OnAccept: func() {}, OnReject: func(err error) { require.NoError(t, err) }, OnComplete: func(any, error) {},
		}, v))
	}, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (approval.Outcome[paper], error) {
		ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{ParentClosePolicy: enumspb.PARENT_CLOSE_POLICY_ABANDON})
		p := policy.Quorum(1, "finance").Within(time.Hour)
		p.AllowEdits = true
		return approval.AwaitChild(ctx, "paper-7", approval.Request[paper]{ID: "expense", Subject: paper{"long", 70}, Requester: "eve", Policy: p}, approval.Options{})
	})
	var out approval.Outcome[paper]
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, approval.Approved, out.State)
	require.Equal(t, paper{"shorter", 7}, out.Subject)
	require.Equal(t, 2, out.Round)
}

// The Web UI shows what the run waits for.
func TestShowDetails(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.SetStartTime(start)
	details := func() string {
		value, err := r.QueryWorkflow("__temporal_workflow_metadata")
		require.NoError(t, err)
		var m sdkpb.WorkflowMetadata
		require.NoError(t, value.Get(&m))
		return m.GetCurrentDetails()
	}
	var before, between string
	r.RegisterDelayedCallback(func() { before = details() }, time.Second)
	r.update(time.Minute, by("1", "ann", "finance", approval.Approve))
	r.RegisterDelayedCallback(func() { between = details() }, 2*time.Minute)
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{ShowDetails: true})
		if err != nil {
			return outcome{}, err
		}
		return approval.Await(ctx, gates, approval.Request[string]{ID: "expense", Title: "Report 7", Requester: "eve", Policy: twoStages})
	})
	require.Equal(t, approval.Expired, r.outcome().State)
	require.Equal(t, "- **expense** Report 7 waits for 1 more of finance until 2030-01-07T10:00:00Z\n", before)
	require.Equal(t, "- **expense** Report 7 waits for 1 more of board until 2030-01-07T11:01:00Z\n", between)
	require.Empty(t, details())
}
