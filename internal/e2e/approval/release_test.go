package approval_test

import (
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
)

// Release asks two groups at once, then a person in a workflow of its own, and
// uses the first approval.
func Release(ctx workflow.Context, p policy.Policy) ([]policy.State, error) {
	gates, err := approval.NewGates(ctx, approval.Options{ShowDetails: true})
	if err != nil {
		return nil, err
	}
	var asked []*approval.Gate[string]
	for _, id := range []string{"security", "product"} {
		pending, err := approval.Open(ctx, gates, approval.Request[string]{ID: id, Subject: "v1.2.0", Requester: "eve", Policy: p})
		if err != nil {
			return nil, err
		}
		asked = append(asked, pending)
	}
	both, err := approval.AwaitAll(ctx, asked...)
	if err != nil {
		return nil, err
	}
	child, err := approval.AwaitChild(ctx, "release-child", approval.Request[string]{ID: gateID, Requester: "eve", Policy: p})
	if err != nil {
		return nil, err
	}
	return []policy.State{both[0].State, both[1].State, child.State}, both[0].Consume(ctx)
}

// Gates that are open together, one that is a workflow of its own, and an
// approval that is used, with workers that are killed in between.
func TestRelease(t *testing.T) {
	t.Parallel()
	const id = "release"
	w := e2etest.StartProcess(t, id)
	p := reminding(1).Policy
	p.ValidFor = time.Hour
	run := start(t, id, Release, p)
	e2etest.WaitForEvents(t, temporal, run, started, 4)
	approve := func(workflowID, gate string) error {
		_, err := newPeople(t, temporal, approvalclient.Options{UpdateTimeout: time.Minute}).Decide(t.Context(),
			approvalclient.Ref{WorkflowID: workflowID}, gate,
			approvalclient.Vote{ID: "1", Actor: policy.Actor{ID: "pat", Groups: []string{"finance"}, Auth: "test"}, Choice: policy.ChoiceApprove})
		return err
	}
	require.NoError(t, approve(id, "product"))
	w.Kill()
	e2etest.StartProcess(t, id)
	require.NoError(t, approve(id, "security"))
	e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED, 1)
	child := temporal.GetWorkflow(t.Context(), id+"-child", "")
	e2etest.WaitForEvents(t, temporal, child, started, 2)
	require.NoError(t, approve(child.GetID(), gateID))

	var states []policy.State
	require.NoError(t, run.Get(t.Context(), &states))
	require.Equal(t, []policy.State{policy.StateApproved, policy.StateApproved, policy.StateApproved}, states)
	record(t, run, "approval", "release")
	record(t, child, "approval", "release-child")
}

// A workflow that is one gate takes its timers along.
func TestCostOfAWorkflowOfItsOwn(t *testing.T) {
	t.Parallel()
	const queue = "cost-own"
	e2etest.StartProcess(t, queue)
	for name, send := range map[string]struct {
		vote   func(client.WorkflowRun) error
		events int64
	}{
		"update": {func(run client.WorkflowRun) error {
			_, err := vote(t, run, "ann", time.Minute)
			return err
		}, 13},
		"signal": {func(run client.WorkflowRun) error { return signalVote(t, run, "ann") }, 12},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := startOn(t, temporal, queue, queue+"-"+name, approval.WorkflowName, approval.Request[string]{
				ID: gateID, Requester: "eve",
				Policy: reminding(1).Policy,
			})
			e2etest.WaitForEvents(t, temporal, run, started, 2)
			require.NoError(t, send.vote(run))
			var got approval.Outcome[any]
			require.NoError(t, run.Get(t.Context(), &got))
			require.Equal(t, policy.StateApproved, got.State)
			require.Equal(t, send.events, length(t, run))
		})
	}
}

// signalVote approves by signal, while a worker is there.
func signalVote(t *testing.T, run client.WorkflowRun, who string) error {
	t.Helper()
	return temporal.SignalWorkflow(t.Context(), run.GetID(), "", "approval.vote", voteOf(who))
}

// voteOf returns the approval of a member of finance as it is sent.
func voteOf(who string) any {
	return map[string]any{
		"v": 1, "gate": gateID, "id": "1", "choice": "approve", "actor": map[string]any{"id": who, "groups": []string{"finance"}, "auth": "test"},
	}
}
