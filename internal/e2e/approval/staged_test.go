package approval_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// StagedCase is what a run of Staged is to do, and what it hands to the next.
type StagedCase struct {
	Policy  policy.Policy
	Signed  bool // votes need a proof
	Notify  string
	Carried approval.ContinueState
	Runs    int
}

// Onward lets a run of Staged continue as new.
var Onward = signals.New[struct{}]("onward")

// keyEnv is the ID of the only key that a worker knows. What was proven is not
// looked at again on replay, so another worker may know another.
const keyEnv = "E2E_KEY"

var known = os.Getenv(keyEnv)

func key(id string) approvalkey.Key {
	secret := []byte("a secret of the tests, and of no one else: " + id)
	k, err := approvalkey.NewHMACKey(id, secret)
	if err != nil {
		panic(err)
	}
	return k
}

// Staged is one gate in stages that managers may change, over several runs.
func Staged(ctx workflow.Context, c StagedCase) (approval.Outcome[string], error) {
	c.Runs++
	options := approval.Options{DeadlinePolicy: signals.DeadlineHistoryOrder, ContinueState: c.Carried, Notify: c.Notify}
	if c.Signed {
		options.Keys = []approvalkey.Key{key(known)}
	}
	gates, err := approval.NewGates(ctx, options)
	if err != nil {
		return approval.Outcome[string]{}, err
	}
	onward := Onward.Channel(ctx, signals.Options{})
	pending, err := approval.Open(ctx, gates, approval.Request[string]{
		ID: gateID, Subject: "report 7", Requester: "eve", Policy: c.Policy, Managers: policy.Selector{Users: []string{"max"}},
	})
	if err != nil {
		return approval.Outcome[string]{}, err
	}
	for !pending.IsClosed() {
		if err := workflow.Await(ctx, func() bool { return pending.IsClosed() || onward.Len() > 0 }); err != nil {
			return approval.Outcome[string]{}, err
		}
		if _, ok := onward.TryReceive(ctx); !ok {
			continue
		}
		if carried, ok := gates.ContinueState(ctx); ok {
			c.Carried = carried
			return approval.Outcome[string]{}, workflow.NewContinueAsNewError(ctx, Staged, c)
		}
	}
	return pending.Get(ctx)
}

// inTwoStages needs two of finance, then one of the board.
func inTwoStages() policy.Policy {
	stage := func(need int, group string) policy.Stage {
		return policy.Stage{
			Name: group, Deadline: time.Minute,
			Rules: []policy.Rule{{Need: need, From: policy.Selector{Groups: []string{group}}}},
		}
	}
	p := policy.Stages(stage(2, "finance"), stage(1, "board"))
	p.MaxRounds, p.MaxExtend = 3, time.Hour
	return p
}

// A chair lets people vote on a run.
type chair struct {
	t     *testing.T
	run   client.WorkflowRun
	o     approvalclient.Options
	round int // that they vote on; zero is the first
}

func (c chair) says(who, group, id string, choice policy.Choice) (approvalclient.Receipt, error) {
	c.t.Helper()
	v := approvalclient.Vote{ID: id, Actor: policy.Actor{ID: who, Groups: []string{group}, Auth: "test"}, Choice: choice, Round: c.round}
	if choice == policy.ChoiceRequestChanges {
		v.Comment = "which train?"
	}
	return newPeople(c.t, temporal, c.o).Decide(c.t.Context(), approvalclient.Ref{WorkflowID: c.run.GetID()}, gateID, v)
}

// ends is the outcome that a run must have, and who decided it.
func (c chair) ends(want policy.State, round int, people ...string) {
	c.t.Helper()
	var got approval.Outcome[string]
	require.NoError(c.t, temporal.GetWorkflow(c.t.Context(), c.run.GetID(), "").Get(c.t.Context(), &got))
	require.Equal(c.t, want, got.State, got.Why)
	require.Equal(c.t, round, got.Round)
	var voted []string
	for _, v := range got.Votes {
		voted = append(voted, v.Person)
	}
	require.Equal(c.t, people, voted)
}

// The worker is killed after each vote; what was counted stays counted, and a
// vote that comes while none is there counts in the stage that it is for.
func TestStagesWithWorkersThatAreKilled(t *testing.T) {
	t.Parallel()
	w := e2etest.StartProcess(t, "staged")
	run := start(t, "staged", Staged, StagedCase{Policy: inTwoStages()})
	e2etest.WaitForEvents(t, temporal, run, started, 1)
	quick, slow := chair{t, run, approvalclient.Options{UpdateTimeout: unanswered}, 0}, chair{
		t, run,
		approvalclient.Options{UpdateTimeout: time.Minute},
		0,
	}

	receipt, err := slow.says("ann", "finance", "1", policy.ChoiceApprove)
	require.NoError(t, err)
	require.Equal(t, 1, receipt.Approvals)
	w.Kill()
	for _, who := range []string{"bob", "bea"} { // bob ends the first stage, bea the second
		group := map[string]string{"bob": "finance", "bea": "board"}[who]
		receipt, err = quick.says(who, group, "1", policy.ChoiceApprove)
		require.NoError(t, err)
		require.True(t, receipt.Queued)
	}
	e2etest.StartProcess(t, "staged")
	slow.ends(policy.StateApproved, 1, "ann", "bob", "bea")
	events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
	canceled := e2etest.CountEvents(events, enumspb.EVENT_TYPE_TIMER_CANCELED)
	require.Equal(t, e2etest.CountEvents(events, started), canceled, "no timer is left running")
	record(t, run, "approval", "staged-killed")
}
