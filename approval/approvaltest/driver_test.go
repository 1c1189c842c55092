package approvaltest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

func expense(ctx workflow.Context) (policy.State, error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return "", err
	}
	p := policy.Quorum(2, "finance").Within(48 * time.Hour)
	p.MaxRounds = 2
	out, err := approval.Await(ctx, gates, approval.Request[string]{ID: "expense", Subject: "report", Requester: "eve", Policy: p})
	return out.State, err
}

func TestPeople(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	people := approvaltest.New(t, env)
	people.Approve(time.Hour, "expense", "eve", "finance")
	people.Approve(time.Hour, "expense", "ann", "finance")
	people.Vote(2*time.Hour, "expense", approvalclient.Vote{Actor: approvaltest.Actor("bob", "finance"), Choice: policy.ChoiceRequestChanges})
	people.Change(3*time.Hour, "expense", approvalclient.Change{Actor: approvaltest.Actor("eve"), Kind: approvalclient.ChangeResubmit})
	people.Signal(4*time.Hour, "expense", approvalclient.Vote{
		Actor: approvaltest.Actor("ann", "finance"), Choice: policy.ChoiceApprove,
		Round: 2,
	})
	env.RegisterDelayedCallback(func() { require.Equal(t, 1, people.Gate("expense").Missing) }, 5*time.Hour)
	people.Vote(6*time.Hour, "expense", approvalclient.Vote{
		ID: "mine", Actor: approvaltest.Actor("bob", "finance"), Choice: policy.ChoiceApprove,
		Round: 2,
	})
	env.ExecuteWorkflow(expense)

	var state policy.State
	require.NoError(t, env.GetWorkflowResult(&state))
	require.Equal(t, policy.StateApproved, state)
	require.Equal(t, []approval.Reason{approval.ReasonSelfApproval}, people.Refusals())
	require.ErrorContains(t, people.RefusalErrors()[0], "the requester cannot decide")
	require.Len(t, people.Receipts(), 4)
	require.Equal(t, "mine", people.Receipts()[3].ID)
	require.Equal(t, policy.StateApproved, people.Receipts()[3].State)
	people.RequireAudit("expense", "opened", "vote", "vote", "round", "vote", "vote", "approved")
}

func TestReject(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	people := approvaltest.New(t, env)
	people.Reject(time.Hour, "expense", "ann", "finance")
	env.ExecuteWorkflow(expense)
	require.Equal(t, policy.StateRejected, people.Gate("expense").State)
	require.Empty(t, people.Refusals())
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	approvaltest.Policy(t, policy.Quorum(2, "finance"), policy.LintOptions{Requester: "eve"}, map[string]approvaltest.Case{
		"nobody": {Want: policy.StateOpen, Missing: 2},
		"one":    {Votes: []approvalclient.Vote{approvaltest.Yes("ann", "finance")}, Want: policy.StateOpen, Missing: 1},
		"two": {
			Votes: []approvalclient.Vote{approvaltest.Yes("ann", "finance"), approvaltest.Yes("bob", "finance")},
			Want:  policy.StateApproved,
		},
		"one says no": {
			Votes: []approvalclient.Vote{approvaltest.Yes("ann", "finance"), approvaltest.No("bob", "finance")},
			Want:  policy.StateRejected,
		},
		"another person": {
			Votes: []approvalclient.Vote{approvaltest.Yes("sam", "sales")}, Want: policy.StateOpen, Missing: 2,
			Refused: approval.ReasonNotEligible,
		},
		"the same person": {
			Votes: []approvalclient.Vote{approvaltest.Yes("ann", "finance"), approvaltest.Yes("ann", "finance")},
			Want:  policy.StateOpen, Missing: 1, Refused: approval.ReasonAlreadyVoted,
		},
	})
}
