package approval_test

import (
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

// A gate is sent back, made again and extended while workers are killed, and
// its run continues as new between two votes.
func TestChangesOverRunsAndKills(t *testing.T) {
	t.Parallel()
	const id = "staged-changes"
	w := e2etest.StartProcess(t, id)
	run := start(t, id, Staged, StagedCase{Policy: inTwoStages()})
	e2etest.WaitForEvents(t, temporal, run, started, 1)
	slow := chair{t, run, approvalclient.Options{UpdateTimeout: time.Minute}, 0}
	manage := func(c approvalclient.Change) (approvalclient.Receipt, error) {
		c.Actor.Auth = "test"
		return newPeople(t, temporal, slow.o).Change(t.Context(), approvalclient.Ref{WorkflowID: id}, gateID, c)
	}
	again := func() {
		w.Kill()
		w = e2etest.StartProcess(t, id)
	}

	receipt, err := slow.says("ann", "finance", "1", policy.ChoiceRequestChanges)
	require.NoError(t, err)
	require.Equal(t, policy.StateChangesRequested, receipt.State)
	again()
	_, err = manage(approvalclient.Change{
		ID: "1", Actor: policy.Actor{ID: "eve"}, Kind: approvalclient.ChangeResubmit,
		Subject: "report 7, by night train",
	})
	require.NoError(t, err)
	again()
	_, err = slow.says("ann", "finance", "2", policy.ChoiceApprove)
	require.Equal(t, approval.ReasonStale, reasonOf(err), "it names no round, and this is the second: %v", err)
	slow.round = 2
	_, err = slow.says("ann", "finance", "2", policy.ChoiceApprove)
	require.NoError(t, err)

	require.NoError(t, Onward.Send(t.Context(), temporal, signals.Ref{WorkflowID: id}, struct{}{}))
	e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW, 1)
	again()
	_, err = manage(approvalclient.Change{ID: "2", Actor: policy.Actor{ID: "max"}, Kind: approvalclient.ChangeExtend, By: time.Minute})
	require.NoError(t, err)
	_, err = manage(approvalclient.Change{ID: "3", Actor: policy.Actor{ID: "bob"}, Kind: approvalclient.ChangeExtend, By: time.Minute})
	require.Equal(t, approval.ReasonNotEligible, reasonOf(err), "%v", err)
	receipt, err = slow.says("ann", "finance", "2", policy.ChoiceApprove)
	require.NoError(t, err)
	require.Equal(t, 1, receipt.Approvals, "the vote of the run before is known by its ID")
	again()
	_, err = slow.says("bob", "finance", "1", policy.ChoiceApprove)
	require.NoError(t, err)
	_, err = slow.says("bea", "board", "1", policy.ChoiceApprove)
	require.NoError(t, err)
	slow.ends(policy.StateApproved, 2, "ann", "bob", "bea")

	var got approval.Outcome[string]
	last := temporal.GetWorkflow(t.Context(), id, "")
	require.NoError(t, last.Get(t.Context(), &got))
	require.Equal(t, "report 7, by night train", got.Subject)
	record(t, run, "approval", "staged-changes")
	record(t, last, "approval", "staged-changes-next-run")
}

// Votes that were proven count after the key is exchanged and the worker is
// killed; one of a key that is known no more does not.
func TestSignedVotesAndAnotherKey(t *testing.T) {
	t.Parallel()
	const id = "staged-signed"
	w := e2etest.StartProcess(t, id, keyEnv+"=old")
	run := start(t, id, Staged, StagedCase{Policy: inTwoStages(), Signed: true})
	e2etest.WaitForEvents(t, temporal, run, started, 1)
	by := func(k string, patience time.Duration) chair {
		signing := key(k)
		return chair{t, run, approvalclient.Options{UpdateTimeout: patience, Key: &signing, Namespace: client.DefaultNamespace}, 0}
	}
	_, err := chair{t, run, approvalclient.Options{UpdateTimeout: time.Minute}, 0}.says("ann", "finance", "0", policy.ChoiceApprove)
	require.Equal(t, approval.ReasonBadProof, reasonOf(err), "%v", err)
	_, err = by("old", time.Minute).says("ann", "finance", "1", policy.ChoiceApprove)
	require.NoError(t, err)
	w.Kill()
	receipt, err := by("old", unanswered).says("bob", "finance", "1", policy.ChoiceApprove)
	require.NoError(t, err)
	require.True(t, receipt.Queued)
	w = e2etest.StartProcess(t, id, keyEnv+"=old")
	e2etest.WaitForEvents(t, temporal, run, started, 2) // bob's vote, by signal, has ended the first stage
	w.Kill()

	e2etest.StartProcess(t, id, keyEnv+"=new")
	_, err = by("old", time.Minute).says("bea", "board", "1", policy.ChoiceApprove)
	require.Equal(t, approval.ReasonBadProof, reasonOf(err), "%v", err)
	receipt, err = by("new", time.Minute).says("bea", "board", "2", policy.ChoiceApprove)
	require.NoError(t, err)
	require.Equal(t, policy.StateApproved, receipt.State)
	by("new", time.Minute).ends(policy.StateApproved, 1, "ann", "bob", "bea")
	record(t, run, "approval", "staged-signed")
}
