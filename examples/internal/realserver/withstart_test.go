package realserver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
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
