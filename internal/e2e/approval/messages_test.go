package approval_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

const taskFailed = enumspb.EVENT_TYPE_WORKFLOW_TASK_FAILED

// One message that cannot be decoded, then silence: the deadline holds. Then a
// good one in time: it counts.
func TestBrokenMessage(t *testing.T) {
	t.Parallel()
	broken := map[string]any{"amount": "ten"}
	begin := func(t *testing.T, workflow any, timeout time.Duration) client.WorkflowRun {
		id := strings.NewReplacer("/", "-", " ", "-").Replace(t.Name())
		e2etest.StartProcess(t, id)
		run := start(t, id, workflow, timeout)
		e2etest.WaitForEvents(t, temporal, run, started, 1)
		require.NoError(t, temporal.SignalWorkflow(t.Context(), id, "", Paid.Name(), broken))
		return run
	}

	t.Run("then silence", func(t *testing.T) {
		t.Parallel()
		run := begin(t, Receive, 8*time.Second)
		var got string
		require.NoError(t, run.Get(t.Context(), &got))
		require.Equal(t, "expired", got)
		events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
		require.Zero(t, e2etest.CountEvents(events, taskFailed))
		require.Equal(t, 1, e2etest.CountEvents(events, started), "the broken message moved the deadline")
		require.Equal(t, 1, e2etest.CountEvents(events, fired))
		status := answer(t, func(ctx context.Context) (signals.Status, error) {
			return Paid.Status(ctx, temporal, signals.Ref{WorkflowID: run.GetID()})
		})
		require.Equal(t, 1, status.DeadLetters.Count, "%+v", status)
		record(t, run, "signals", "receive-broken-then-expired")
	})

	t.Run("then a good one", func(t *testing.T) {
		t.Parallel()
		run := begin(t, Receive, time.Minute)
		require.NoError(t, Paid.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID()}, Payment{Amount: 10}))
		var got string
		require.NoError(t, run.Get(t.Context(), &got))
		require.Equal(t, "received", got)
		record(t, run, "signals", "receive-broken-then-good")
	})

	t.Run("contrast: the SDK's own wait never expires", func(t *testing.T) {
		t.Parallel()
		run := begin(t, ReceiveSDK, 8*time.Second)
		events := e2etest.WaitForEvents(t, temporal, run, taskFailed, 1)
		require.Contains(t, events[len(events)-1].GetWorkflowTaskFailedEventAttributes().GetFailure().GetMessage(), "unexpected empty channel")
		// The deadline passes, and the task fails on and on: the run never ends.
		e2etest.WaitForEvents(t, temporal, run, fired, 1)
		requireStuck(t, run)
	})
}

// A vote that must not count is refused before it costs history, and a good
// one afterwards counts.
func TestBadVotes(t *testing.T) {
	t.Parallel()
	e2etest.StartProcess(t, "bad-votes")
	run := start(t, "bad-votes", Gate, Case{Policy: policy.Quorum(2, "finance"), Deadline: time.Minute, GoesOn: true})
	events := e2etest.WaitForEvents(t, temporal, run, started, 1)
	_, err := vote(t, run, "ann", time.Minute)
	require.NoError(t, err)
	size := length(t, run)
	require.Greater(t, size, int64(len(events)))

	good := func(id, actor, group, choice string) map[string]any {
		return map[string]any{
			"v": 1, "gate": gateID, "id": id, "choice": choice,
			"actor": map[string]any{"id": actor, "groups": []string{group}, "auth": "test"},
		}
	}
	elsewhere := good("x", "cid", "finance", "approve")
	elsewhere["gate"] = "other"
	large := good("x", "cid", "finance", "approve")
	large["comment"] = strings.Repeat("c", 300<<10)
	cases := map[string]struct {
		arg  any
		want approval.Reason
	}{
		"a wrong JSON type":              {good("x", "cid", "finance", "approve")["actor"], approval.ReasonMalformed},
		"an empty object":                {struct{}{}, approval.ReasonMalformed},
		"null":                           {nil, approval.ReasonMalformed},
		"an unknown choice":              {good("x", "cid", "finance", "maybe"), approval.ReasonMalformed},
		"300 KB of comment":              {large, approval.ReasonTooLarge},
		"the requester":                  {good("x", "eve", "finance", "approve"), approval.ReasonSelfApproval},
		"an actor outside the group":     {good("x", "cid", "sales", "approve"), approval.ReasonNotEligible},
		"the same choice under a new ID": {good("2", "ann", "finance", "approve"), approval.ReasonAlreadyVoted},
		"a gate that is not open":        {elsewhere, approval.ReasonNotOpen},
		"the same decision again":        {good("1", "ann", "finance", "approve"), "Duplicate"},
	}
	for name, c := range cases {
		require.Equal(t, c.want, reasonOf(sendUpdate(t, run, "approval.decide", c.arg)), name)
	}
	require.Error(t, sendUpdate(t, run, "approval.decide"), "no argument at all")
	require.Equal(t, size, length(t, run), "a refused vote costs no history")

	receipt, err := vote(t, run, "bob", time.Minute)
	require.NoError(t, err)
	require.Equal(t, policy.StateApproved, receipt.State)
	require.Equal(t, approval.ReasonClosed, reasonOf(sendUpdate(t, run, "approval.decide", good("x", "cid", "finance", "approve"))),
		"after the gate is closed")
	require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID()}, struct{}{}))
	require.NoError(t, run.Get(t.Context(), nil))
	_, err = vote(t, run, "cid", time.Minute)
	require.Equal(t, approval.ReasonClosed, reasonOf(err), "after the run has ended: %v", err)
	_, err = newPeople(t, temporal, approvalclient.Options{}).Decide(t.Context(), approvalclient.Ref{WorkflowID: "no-such"}, gateID,
		approvalclient.Vote{Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "test"}, Choice: policy.ChoiceApprove})
	require.Equal(t, approvalclient.ReasonUnknownWorkflow, reasonOf(err))
}

// sendUpdate sends any argument, the way a foreign client would.
func sendUpdate(t *testing.T, run client.WorkflowRun, name string, args ...any) error {
	t.Helper()
	handle, err := temporal.UpdateWorkflow(t.Context(), client.UpdateWorkflowOptions{
		WorkflowID: run.GetID(), UpdateName: name, Args: args, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return err
	}
	return handle.Get(t.Context(), nil)
}

func length(t *testing.T, run client.WorkflowRun) int64 {
	t.Helper()
	d, err := temporal.DescribeWorkflowExecution(t.Context(), run.GetID(), run.GetRunID())
	require.NoError(t, err)
	return d.GetWorkflowExecutionInfo().GetHistoryLength()
}
