package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A vote by signal and an update reach the worker in one workflow task. The signal
// is counted first, so what it changes cannot make the update's refusal final.
func TestUpdatesBehindASignalThatChangesTheGate(t *testing.T) {
	t.Parallel()
	staged := policy.Stages(stage("one", 1, "finance", time.Hour), stage("two", 1, "board", time.Hour))
	staged.MaxExtend = time.Hour
	edited := hourOf(policy.Quorum(2, "finance"))
	edited.AllowEdits, edited.MaxRounds = true, 3
	endless := policy.Stages(stage("one", 1, "finance", 0), stage("two", 1, "board", time.Hour))
	endless.Stages[0].Deadline, endless.MaxExtend = policy.NoDeadline, time.Hour
	delegable := policy.Stages(stage("one", 1, "finance", time.Hour), stage("two", 1, "board", time.Hour))
	delegable.AllowDelegation = true
	bea := map[string]any{"id": "bea", "groups": []string{"board"}, "auth": "test"}
	for name, c := range map[string]struct {
		policy policy.Policy
		signal wire
		update wire
		want   policy.State // of the receipt
	}{
		"the next stage's vote": {
			staged, by("1", "ann", "finance", policy.ChoiceApprove), by("1", "bea", "board", policy.ChoiceApprove), policy.StateApproved,
		},
		"a vote on the next round": {
			edited, vote("1", "ann", policy.ChoiceApprove).with("subject", "report 8"),
			vote("1", "bob", policy.ChoiceApprove).with("round", 2), policy.StateApproved,
		},
		"the request made again": {
			edited, vote("1", "ann", policy.ChoiceRequestChanges), change("1", "eve", approvalclient.ChangeResubmit), policy.StateOpen,
		},
		"an extension of the next stage, where the first has no deadline": {
			endless, by("1", "ann", "finance", policy.ChoiceApprove), change("1", "max", approvalclient.ChangeExtend).with("by", "1m"),
			policy.StateOpen,
		},
		"a delegation in the next stage": {
			delegable, by("1", "ann", "finance", policy.ChoiceApprove),
			change("1", "bea", approvalclient.ChangeDelegate).with("actor", bea).with("to", "zoe"), policy.StateOpen,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.RegisterDelayedCallback(func() { r.SignalWorkflowSkippingWorkflowTask(protocol.SignalVote, c.signal) }, time.Minute)
			if c.update["choice"] != nil {
				r.update(time.Minute, c.update)
			} else {
				r.manage(time.Minute, c.update)
			}
			r.ExecuteWorkflow(asking(c.policy, managed))
			require.NoError(t, r.GetWorkflowError())
			require.Empty(t, r.errs)
			require.Len(t, r.receipts, 1)
			require.Equal(t, c.want, r.receipts[0].State)
		})
	}
}

// The vote has the ID of the change that comes with it: the first one counts.
func TestAChangeUnderTheIDOfAVoteBySignal(t *testing.T) {
	t.Parallel()
	p := hourOf(policy.Quorum(2, "ops"))
	p.MaxExtend = time.Hour
	r := newRun(t)
	r.RegisterDelayedCallback(func() {
		r.SignalWorkflowSkippingWorkflowTask(protocol.SignalVote, by("1", "max", "ops", policy.ChoiceApprove))
	}, time.Minute)
	r.manage(time.Minute, change("1", "moe", approvalclient.ChangeExtend).with("by", "1m"))
	r.manage(2*time.Minute, change("1", "max", approvalclient.ChangeExtend).with("by", "1m"))
	r.RegisterDelayedCallback(func() {
		r.SignalWorkflowSkippingWorkflowTask(protocol.SignalVote, by("2", "moe", "ops", policy.ChoiceReject))
	}, 3*time.Minute)
	r.manage(3*time.Minute, change("2", "moe", approvalclient.ChangeExtend).with("by", "1m"))
	r.ExecuteWorkflow(lingeringOver(asking(p, managed)))
	require.Equal(t, policy.StateRejected, r.outcome().State)
	require.Equal(t, []approval.Reason{approval.ReasonKeyReused, approval.ReasonKeyReused}, r.refusals)
}

// What a signal cannot change is refused before it costs history, also behind one.
func TestUpdatesThatNoSignalCanHelp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		update wire
		want   approval.Reason
	}{
		"the requester's vote":    {vote("2", "eve", policy.ChoiceApprove), approval.ReasonSelfApproval},
		"a vote without a choice": {vote("2", "bob", ""), approval.ReasonMalformed},
		"an extension by nothing": {change("2", "max", approvalclient.ChangeExtend), approval.ReasonMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.RegisterDelayedCallback(func() {
				r.SignalWorkflowSkippingWorkflowTask(protocol.SignalVote, vote("1", "ann", policy.ChoiceApprove))
			}, time.Minute)
			accepted := false
			name := protocol.UpdateDecide
			if c.update["choice"] == nil {
				name = protocol.UpdateChange
			}
			r.watch(name, time.Minute, c.update, func() { accepted = true })
			r.ExecuteWorkflow(asking(hourOf(policy.Quorum(2, "finance")), managed))
			require.Equal(t, []approval.Reason{c.want}, r.refusals)
			require.False(t, accepted)
		})
	}
}
