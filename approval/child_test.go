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
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
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
	env.RegisterWorkflowWithOptions(approval.NewWorkflow(approval.Options{}), workflow.RegisterOptions{Name: approval.WorkflowName})
	env.RegisterDelayedCallback(func() {
		v := vote("1", "ann", policy.ChoiceApprove).with("subject", paper{"shorter", 7})
		require.NoError(t, env.UpdateWorkflowByID("paper-7", protocol.UpdateDecide, "u", &testsuite.TestUpdateCallback{
			OnAccept: func() {}, OnReject: func(err error) { require.NoError(t, err) }, OnComplete: func(any, error) {},
		}, v))
	}, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (approval.Outcome[paper], error) {
		ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{ParentClosePolicy: enumspb.PARENT_CLOSE_POLICY_ABANDON})
		p := policy.Quorum(1, "finance").Within(time.Hour)
		p.AllowEdits = true
		return approval.AwaitChild(ctx, "paper-7", approval.Request[paper]{
			ID: "expense", Subject: paper{"long", 70}, Requester: "eve",
			Policy: p,
		})
	})
	var out approval.Outcome[paper]
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, policy.StateApproved, out.State)
	require.Equal(t, paper{"shorter", 7}, out.Subject)
	require.Equal(t, 2, out.Round)
}

// A run that ends with its gate leaves its timers to the server, unless it gives notices.
func TestTimersOfAWorkflowOfItsOwn(t *testing.T) {
	t.Parallel()
	s := stage("finance", 1, "finance", time.Hour)
	s.Reminders = []time.Duration{50 * time.Minute}
	req := map[string]any{"ID": "expense", "Requester": "eve", "Policy": policy.Stages(s)}
	begun := func(notify string) (h *historytest.History, timers []string) {
		h = historytest.New(t, approval.WorkflowName, historytest.JSON(t, req)).SideEffect(opening(t, policy.Stages(s), wire{"notify": notify}))
		timers = []string{h.TimerStarted(time.Hour), h.TimerStarted(10 * time.Minute)}
		if notify != "" {
			h.ActivityScheduled(notify)
		}
		h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", "ann", policy.ChoiceApprove))).Task()
		return h, timers
	}
	h, _ := begun("")
	var got outcome
	h.Result(&got, approval.NewWorkflow(approval.Options{}))
	require.Equal(t, policy.StateApproved, got.State)
	require.Equal(t, 12, h.Events())

	h, timers := begun("Tell")
	h.TimerCanceled(timers[0]).TimerCanceled(timers[1]).ActivityScheduled("Tell").Signal("any").Task()
	require.NoError(t, h.Replay(approval.NewWorkflow(approval.Options{Notify: "Tell"})))
}

// What cannot go into a child is refused.
func TestAwaitChildWithAFunction(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		return approval.AwaitChild(ctx, "paper-7", approval.Request[string]{ID: "expense", ValidateSubject: func(string) error { return nil }})
	})
	require.Equal(t, approval.ReasonInvalidRequest, reasonOf(r.GetWorkflowError()))
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
	r.update(time.Minute, by("1", "ann", "finance", policy.ChoiceApprove))
	r.RegisterDelayedCallback(func() { between = details() }, 2*time.Minute)
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{ShowDetails: true})
		if err != nil {
			return outcome{}, err
		}
		return approval.Await(ctx, gates, approval.Request[string]{ID: "expense", Title: "Report 7", Requester: "eve", Policy: twoStages})
	})
	require.Equal(t, policy.StateExpired, r.outcome().State)
	require.Equal(t, "- **expense** Report 7 waits for 1 more of finance until 2030-01-07T10:00:00Z\n", before)
	require.Equal(t, "- **expense** Report 7 waits for 1 more of board until 2030-01-07T11:01:00Z\n", between)
	require.Empty(t, details())
}
