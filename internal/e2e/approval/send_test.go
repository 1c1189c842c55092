package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A message starts one workflow, which sends it on to another; when that one is
// not open, the sender is told.
func TestSendFromOutsideAndFromAWorkflow(t *testing.T) {
	t.Parallel()
	e2etest.StartProcess(t, "send")
	options := client.StartWorkflowOptions{ID: "send-forward", TaskQueue: "send", WorkflowExecutionTimeout: time.Minute}
	receiver, err := temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: "send-receive", TaskQueue: "send", WorkflowExecutionTimeout: time.Minute,
	}, Receive, time.Minute)
	require.NoError(t, err)

	run, err := Paid.SendWithStart(t.Context(), temporal, options, Payment{Amount: 7}, Forward, receiver.GetID())
	require.NoError(t, err)
	require.NoError(t, run.Get(t.Context(), nil))
	var got string
	require.NoError(t, receiver.Get(t.Context(), &got))
	require.Equal(t, "received", got)
	require.Equal(t, map[string]int{
		"WorkflowExecutionStarted": 1, "WorkflowExecutionSignaled": 1, "WorkflowExecutionCompleted": 1,
		"SignalExternalWorkflowExecutionInitiated": 1, "ExternalWorkflowExecutionSignaled": 1, "MarkerRecorded": 1,
	}, besidesTasks(t, run), "two events of SendExternal, and the verdict of Validate")

	run, err = Paid.SendWithStart(t.Context(), temporal, options, Payment{Amount: 7}, Forward, receiver.GetID())
	require.NoError(t, err)
	require.ErrorContains(t, run.Get(t.Context(), nil), "unknown external workflow execution")
	require.ErrorIs(t, Paid.Send(t.Context(), temporal, signals.Ref{WorkflowID: receiver.GetID()}, Payment{Amount: 7}),
		signals.ReasonNoWorkflow)
}
