package approval_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// besidesTasks counts the events of a run that has completed, by kind and
// without those of workflow tasks, whose number is a matter of time.
func besidesTasks(t *testing.T, run client.WorkflowRun) map[string]int {
	t.Helper()
	kinds := map[string]int{}
	for _, e := range e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1) {
		if kind := e.GetEventType().String(); !strings.HasPrefix(kind, "WorkflowTask") {
			kinds[kind]++
		}
	}
	return kinds
}

const taskCompleted = enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED

// One gate with a deadline, decided by one update.
func TestCost(t *testing.T) {
	t.Parallel()
	one := Case{Policy: policy.Quorum(1, "finance"), Deadline: time.Minute}

	t.Run("the run ends with the gate", func(t *testing.T) {
		t.Parallel()
		e2etest.StartProcess(t, "cost-ends")
		run := start(t, "cost-ends", Gate, one)
		e2etest.WaitForEvents(t, temporal, run, started, 1)
		receipt, err := vote(t, run, "ann", time.Minute)
		require.NoError(t, err)
		require.Equal(t, policy.StateApproved, receipt.State)
		require.NoError(t, run.Get(t.Context(), nil))
		events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
		require.Len(t, events, 13)
		record(t, run, "approval", "gate-one-update")
		require.Equal(t, 2, e2etest.CountEvents(events, taskCompleted))
	})

	t.Run("the run goes on", func(t *testing.T) {
		t.Parallel()
		e2etest.StartProcess(t, "cost-goes-on")
		goesOn := one
		goesOn.GoesOn = true
		run := start(t, "cost-goes-on", Gate, goesOn)
		e2etest.WaitForEvents(t, temporal, run, started, 1)
		_, err := vote(t, run, "ann", time.Minute)
		require.NoError(t, err)
		events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED, 1)
		require.EqualValues(t, 12, length(t, run))
		require.Equal(t, 1, e2etest.CountEvents(events, enumspb.EVENT_TYPE_TIMER_CANCELED), "no timer is left running")
		require.Equal(t, 2, e2etest.CountEvents(events, taskCompleted))
		require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID()}, struct{}{}))
		require.NoError(t, run.Get(t.Context(), nil))
	})
}
