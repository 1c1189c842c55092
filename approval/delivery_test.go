package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// lingering is ask, and then the run goes on for a day.
func lingering(ctx workflow.Context) (outcome, error) {
	o, err := ask(signals.DeadlineAcceptLate)(ctx)
	if err != nil {
		return o, err
	}
	return o, workflow.Sleep(ctx, 24*time.Hour)
}

// slow is a workflow that prepares for a day before it opens the gate.
func slow(ctx workflow.Context) (outcome, error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return outcome{}, err
	}
	if err := workflow.Sleep(ctx, 24*time.Hour); err != nil {
		return outcome{}, err
	}
	return approval.Await(ctx, gates, request())
}

func TestADecisionCountsOnce(t *testing.T) {
	t.Parallel()
	first := approvalclient.Receipt{
		Gate: "expense", ID: "1", Choice: policy.ChoiceApprove, State: policy.StateOpen, Round: 1, Approvals: 1,
		Need: 2, Missing: 1,
	}

	t.Run("by update twice: the first receipt comes back as a refusal without history", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.update(2*time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
		require.Equal(t, policy.StateExpired, r.outcome().State)
		require.Equal(t, []approvalclient.Receipt{first}, r.receipts)
		require.Equal(t, []approval.Reason{"Duplicate"}, r.refusals)
	})

	t.Run("by signal and update in one workflow task: the update gets the receipt", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		r.RegisterDelayedCallback(func() {
			r.SignalWorkflowSkippingWorkflowTask(protocol.SignalVote, vote("1", "ann", policy.ChoiceApprove))
		}, time.Minute)
		r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.signal(2*time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
		require.Equal(t, policy.StateExpired, r.outcome().State)
		require.Len(t, r.outcome().Votes, 1)
		require.Equal(t, []approvalclient.Receipt{first}, r.receipts)
		require.Zero(t, r.status().DeadLetters.Count, "a repeated decision is no mistake")
	})

	t.Run("an ID that two actors share swallows no one's vote", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.update(2*time.Minute, vote("1", "bob", policy.ChoiceApprove))
		r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
		require.Equal(t, policy.StateApproved, r.outcome().State)
	})
}

// History has the signal before the update, so the signal is counted first.
func TestSignalsBeforeAnUpdateAreCountedFirst(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.RegisterDelayedCallback(func() {
		r.SignalWorkflowSkippingWorkflowTask(protocol.SignalVote, vote("1", "ann", policy.ChoiceReject))
	}, time.Minute)
	r.update(time.Minute, vote("2", "bob", policy.ChoiceApprove))
	r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
	require.Equal(t, policy.StateRejected, r.outcome().State)
	require.Equal(t, []approval.Reason{approval.ReasonClosed}, r.refusals)
}

// What the actor said last by signal is counted before the update, so the
// update is no repetition.
func TestAnUpdateAfterAChangeOfMindBySignal(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.RegisterDelayedCallback(func() {
		r.SignalWorkflowSkippingWorkflowTask(protocol.SignalVote, vote("2", "ann", policy.ChoiceReject))
	}, 2*time.Minute)
	r.update(2*time.Minute, vote("3", "ann", policy.ChoiceApprove))
	r.update(3*time.Minute, vote("4", "bob", policy.ChoiceApprove))
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return outcome{}, err
		}
		req := request()
		req.Policy.Stages[0].RejectThreshold = 2
		return approval.Await(ctx, gates, req)
	})
	require.Equal(t, policy.StateApproved, r.outcome().State)
	require.Empty(t, r.refusals)
}

func TestSeveralGates(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.signal(time.Minute, vote("1", "ann", policy.ChoiceReject).with("gate", "b"))
	r.update(2*time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", "a"))
	r.ExecuteWorkflow(func(ctx workflow.Context) ([]policy.State, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return nil, err
		}
		states := make([]policy.State, 3)
		wg := workflow.NewWaitGroup(ctx)
		for i, id := range []string{"a", "b", "c"} {
			wg.Go(ctx, func(ctx workflow.Context) {
				o, _ := approval.Await(ctx, gates, approval.Request[int]{
					ID: id, Requester: "eve", Policy: policy.Quorum(1, "finance").Within(time.Hour),
				})
				states[i] = o.State
			})
		}
		wg.Wait(ctx)
		return states, nil
	})
	var states []policy.State
	require.NoError(t, r.GetWorkflowResult(&states))
	require.Equal(t, []policy.State{policy.StateApproved, policy.StateRejected, policy.StateExpired}, states)
	gate, ok := r.status().Gate("b")
	require.True(t, ok)
	require.Equal(t, policy.StateRejected, gate.State)
	_, ok = r.status().Gate("z")
	require.False(t, ok)
}
