package realserver

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A vote that starts the run may come before the gate, and is refused as early
// then. Sent again it counts, and counts once if it had counted.
func TestUpdateWithStart(t *testing.T) {
	t.Parallel()
	const id = "with-start"
	startWorker(t, id)
	starting := temporal.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: id, TaskQueue: id, WorkflowExecutionTimeout: time.Minute, WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
	}, Gate, Case{Policy: policy.Quorum(1, "finance"), Deadline: time.Minute, GoesOn: true})
	_, err := temporal.UpdateWithStartWorkflow(t.Context(), client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: starting,
		UpdateOptions: client.UpdateWorkflowOptions{
			UpdateName: approval.UpdateDecide, WaitForStage: client.WorkflowUpdateStageCompleted,
			Args: []any{map[string]any{
				"v": 1, "gate": gateID, "id": "1", "choice": approval.Approve,
				"actor": map[string]any{"id": "ann", "groups": []string{"finance"}, "auth": "test"},
			}},
		},
	})
	if err != nil {
		require.Equal(t, approval.NotOpen, approval.ReasonOf(err), "%v", err)
	}
	run, err := starting.Get(t.Context())
	require.NoError(t, err)
	until(t, run, started, 1)
	receipt, err := vote(t, run, "ann", time.Minute) // the same ID
	require.NoError(t, err)
	require.Equal(t, approval.Approved, receipt.State)
	require.NoError(t, Finish.Send(t.Context(), temporal, id, "", struct{}{}))
	require.NoError(t, run.Get(t.Context(), nil))
}

// Later opens its gate when it has done something else.
func Later(ctx workflow.Context) (approval.State, error) {
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

// A vote that follows the start at once finds the gate all the same: the client
// sends the update again, under the ID that was refused.
func TestVoteRightAfterTheStart(t *testing.T) {
	t.Parallel()
	startWorker(t, "right-after")
	run := start(t, "right-after", Later)
	until(t, run, taskCompleted, 1) // the gate is not open, and the worker is there
	receipt, err := vote(t, run, "ann", time.Minute)
	require.NoError(t, err)
	require.Equal(t, approval.Approved, receipt.State)
	require.NoError(t, run.Get(t.Context(), nil))
}
