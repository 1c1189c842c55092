package approval_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

// Timers fire while no worker is there, then people vote by update, and a new
// worker is handed all of it in one workflow task. What the timers have done
// comes first.
func TestUpdatesAfterTimersThatNobodySaw(t *testing.T) {
	t.Parallel()
	board := policy.Selector{Groups: []string{"board"}}
	escalating, advancing, ending := inTwoStages(), inTwoStages(), inTwoStages()
	const soon = 4 * time.Second
	escalating.Stages = escalating.Stages[:1]
	escalating.Stages[0].Escalations = []policy.Escalation{{After: soon, To: board}}
	escalating.Stages[0].Rules[0].Need = 1
	advancing.Stages[0].Deadline, advancing.Stages[0].OnTimeout = soon, policy.ApproveOnTimeout
	ending.Stages[0].Deadline, ending.Stages[0].OnTimeout = soon, policy.RejectOnTimeout
	for name, c := range map[string]struct {
		p       policy.Policy
		group   string // who votes
		timers  int
		want    policy.State
		refused []approval.Reason // one of them
	}{
		"an escalation lets them vote": {escalating, "board", 2, policy.StateApproved, []approval.Reason{""}},
		"the next stage has begun":     {advancing, "board", 1, policy.StateApproved, []approval.Reason{""}},
		"their stage is over":          {advancing, "finance", 1, policy.StateOpen, []approval.Reason{approval.ReasonNotEligible}},
		"the gate is over": {ending, "finance", 1, policy.StateRejected, []approval.Reason{
			approval.ReasonLate,
			approval.ReasonClosed,
		}},
		"an escalation does not help sales": {escalating, "sales", 2, policy.StateOpen, []approval.Reason{approval.ReasonNotEligible}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := "timers-" + strings.ReplaceAll(name, " ", "-")
			w := e2etest.StartProcess(t, id)
			run := start(t, id, Staged, StagedCase{Policy: c.p})
			e2etest.WaitForEvents(t, temporal, run, started, c.timers)
			w.Kill()
			e2etest.WaitForEvents(t, temporal, run, fired, 1)
			said := make(chan error, 1)
			go func() {
				_, err := chair{t, run, approvalclient.Options{UpdateTimeout: time.Minute}, 0}.says("pat", c.group, "1", policy.ChoiceApprove)
				said <- err
			}()
			e2etest.StartProcess(t, id)
			require.Contains(t, c.refused, reasonOf(<-said))
			require.Zero(t, e2etest.CountEvents(e2etest.WaitForEvents(t, temporal, run, taskCompleted, 2), signaled), "it was an update")
			if c.want == policy.StateOpen {
				require.NoError(t, temporal.TerminateWorkflow(t.Context(), id, "", "no one else votes"))
				return
			}
			var got approval.Outcome[string]
			require.NoError(t, run.Get(t.Context(), &got))
			require.Equal(t, c.want, got.State)
		})
	}
}

// A stage whose deadline was extended as far as it may be ends while no worker runs.
// The next one has extensions of its own.
func TestAnExtensionOfAStageThatNobodySaw(t *testing.T) {
	t.Parallel()
	const id = "timers-extension"
	p := inTwoStages()
	p.Stages[0].Deadline, p.Stages[0].OnTimeout, p.MaxExtend = 3*time.Second, policy.ApproveOnTimeout, 3*time.Second
	people := newPeople(t, temporal, approvalclient.Options{})
	extend := func(changeID string) error {
		_, err := people.Change(t.Context(), approvalclient.Ref{WorkflowID: id}, gateID, approvalclient.Change{
			ID: changeID, Actor: policy.Actor{ID: "max", Auth: "test"}, Kind: approvalclient.ChangeExtend, By: 3 * time.Second,
		})
		return err
	}
	w := e2etest.StartProcess(t, id)
	run := start(t, id, Staged, StagedCase{Policy: p})
	e2etest.WaitForEvents(t, temporal, run, started, 1)
	require.NoError(t, extend("1"))
	w.Kill()
	e2etest.WaitForEvents(t, temporal, run, fired, 1)
	e2etest.StartProcess(t, id)
	require.Eventually(t, func() bool { return extend("2") == nil }, time.Minute, 100*time.Millisecond, "the second stage")
	status, err := people.Status(t.Context(), approvalclient.Ref{WorkflowID: id})
	require.NoError(t, err)
	require.Equal(t, 1, status.Gates[0].Stage)
}

// A run that is reset before a vote gets the vote again, and looks at it again.
func TestReset(t *testing.T) {
	t.Parallel()
	const id = "reset"
	e2etest.StartProcess(t, id)
	run := start(t, id, Staged, StagedCase{Policy: inTwoStages()})
	e2etest.WaitForEvents(t, temporal, run, started, 1)
	slow := chair{t, run, approvalclient.Options{UpdateTimeout: time.Minute}, 0}
	for _, who := range []string{"ann", "bob"} {
		_, err := slow.says(who, "finance", "1", policy.ChoiceApprove)
		require.NoError(t, err)
	}
	_, err := temporal.ResetWorkflowExecution(t.Context(), &workflowservice.ResetWorkflowExecutionRequest{
		Namespace: client.DefaultNamespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: id, RunId: run.GetRunID()},
		RequestId: id, Reason: "a test", WorkflowTaskFinishEventId: 4, // of the first workflow task
	})
	require.NoError(t, err)
	again := temporal.GetWorkflow(t.Context(), id, "")
	e2etest.WaitForEvents(t, temporal, again, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED, 2)
	receipt, err := slow.says("ann", "finance", "1", policy.ChoiceApprove)
	require.NoError(t, err)
	require.Equal(t, 1, receipt.Approvals, "her first receipt")
	_, err = slow.says("bea", "board", "1", policy.ChoiceApprove)
	require.NoError(t, err)
	slow.ends(policy.StateApproved, 1, "ann", "bob", "bea")
}
