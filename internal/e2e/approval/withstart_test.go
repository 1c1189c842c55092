package approval_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A vote that starts the run counts, when the gate is opened before anything is
// waited for. Sent again it counts once.
func TestUpdateWithStart(t *testing.T) {
	t.Parallel()
	const id = "with-start"
	e2etest.StartProcess(t, id)
	starting := temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: id, TaskQueue: id, WorkflowExecutionTimeout: time.Minute, WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
	}, Gate, Case{Policy: policy.Quorum(1, "finance"), Deadline: time.Minute, GoesOn: true})
	handle, err := temporal.UpdateWithStartWorkflow(t.Context(), client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: starting,
		UpdateOptions: client.UpdateWorkflowOptions{
			UpdateName: "approval.decide", WaitForStage: client.WorkflowUpdateStageCompleted,
			Args: []any{map[string]any{
				"v": 1, "gate": gateID, "id": "1", "choice": policy.ChoiceApprove,
				"actor": map[string]any{"id": "ann", "groups": []string{"finance"}, "auth": "test"},
			}},
		},
	})
	require.NoError(t, err)
	var first approvalclient.Receipt
	require.NoError(t, handle.Get(t.Context(), &first))
	run, err := starting.Get(t.Context())
	require.NoError(t, err)
	receipt, err := vote(t, run, "ann", time.Minute) // the same ID
	require.NoError(t, err)
	require.Equal(t, policy.StateApproved, receipt.State)
	require.Equal(t, first, receipt)
	require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: id}, struct{}{}))
	require.NoError(t, run.Get(t.Context(), nil))
}

// A vote came by signal and has ended the run: who sends it again, since the answer
// was lost, gets its receipt from the run that has ended.
func TestAVoteIsSentAgainWhenTheRunHasEnded(t *testing.T) {
	t.Parallel()
	run := outage(t, Gate, Case{Policy: policy.Quorum(1, "finance"), Deadline: time.Minute})
	require.NoError(t, temporal.SignalWorkflow(t.Context(), run.GetID(), "", "approval.vote", voteOf("ann")))
	w := e2etest.StartProcess(t, run.GetID())
	require.NoError(t, run.Get(t.Context(), nil))
	receipt, err := vote(t, run, "ann", time.Minute)
	require.NoError(t, err)
	require.Equal(t, policy.StateApproved, receipt.State)
	_, err = vote(t, run, "bob", time.Minute)
	require.ErrorIs(t, err, approval.ReasonClosed)
	w.Kill()
	_, err = vote(t, run, "ann", unanswered)
	require.ErrorContains(t, err, "no worker tells whether it has counted")
	require.Empty(t, reasonOf(err), "that is no refusal")
}

// A caller gives up in the middle of a call, and comes back when a worker does:
// the vote counts once, whether the first call has arrived or not.
func TestACallThatIsCutAndRepeated(t *testing.T) {
	t.Parallel()
	run := outage(t, Gate, Case{Policy: policy.Quorum(2, "finance"), GoesOn: true, Deadline: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	decide := func(ctx context.Context) (approvalclient.Receipt, error) {
		return newPeople(t, cutting{temporal}, approvalclient.Options{UpdateTimeout: time.Minute}).Decide(ctx,
			approvalclient.Ref{WorkflowID: run.GetID()}, gateID,
			approvalclient.Vote{ID: "1", Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "test"}, Choice: policy.ChoiceApprove})
	}
	_, err := decide(ctx)
	require.ErrorContains(t, err, "send it again with the same ID")
	e2etest.StartProcess(t, run.GetID())
	receipt, err := decide(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, receipt.Approvals)
	receipt, err = vote(t, run, "bob", time.Minute)
	require.NoError(t, err)
	require.Equal(t, policy.StateApproved, receipt.State)
	require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID()}, struct{}{}))
	require.NoError(t, run.Get(t.Context(), nil))
}

// cutting is a client whose callers wait for the update until their time is over,
// and have none left for the signal.
type cutting struct{ client.Client }

func (c cutting) SignalWorkflow(ctx context.Context, _, _, _ string, _ any) error {
	<-ctx.Done()
	return ctx.Err()
}

// Later opens its gate when it has done something else.
func Later(ctx workflow.Context) (policy.State, error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return "", err
	}
	if err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, timeouts.Quick()), LookUp).Get(ctx, nil); err != nil {
		return "", err
	}
	out, err := approval.Await(ctx, gates, approval.Request[string]{ID: gateID, Requester: "eve", Policy: policy.Quorum(1, "finance")})
	return out.State, err
}

// LookUp takes a moment, as a database would.
func LookUp(ctx context.Context) error {
	moment, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	<-moment.Done()
	return ctx.Err()
}

// A vote that follows the start at once finds the gate nevertheless: the client
// sends the update again, under the ID that was refused.
func TestVoteRightAfterTheStart(t *testing.T) {
	t.Parallel()
	e2etest.StartProcess(t, "right-after")
	run := start(t, "right-after", Later)
	e2etest.WaitForEvents(t, temporal, run, taskCompleted, 1) // the gate is not open, and the worker is there
	receipt, err := vote(t, run, "ann", time.Minute)
	require.NoError(t, err)
	require.Equal(t, policy.StateApproved, receipt.State)
	require.NoError(t, run.Get(t.Context(), nil))
}
