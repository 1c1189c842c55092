package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// What is taken out of the SDK's channel is out of the SDK's sight; so what is
// left of it when the run ends is said by us.
func TestLeftoversAreReportedWhenTheRunEnds(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	r := &run{TestWorkflowEnvironment: env, t: t}
	r.signal(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", "never opened"))
	r.signal(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("v", 9))
	r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
	require.Equal(t, policy.StateExpired, r.outcome().State)
	require.EqualValues(t, 2, observed.Counter("temporal_patterns_leftovers", protocol.SignalVote))
	require.Contains(t, observed.Logs(), "nothing has used")
}

func TestNothingIsReportedWhenNothingIsLeft(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	r := &run{TestWorkflowEnvironment: env, t: t}
	r.signal(time.Minute, vote("1", "ann", policy.ChoiceReject))
	r.ExecuteWorkflow(ask(signals.DeadlineHistoryOrder))
	require.Equal(t, policy.StateRejected, r.outcome().State)
	require.Zero(t, observed.Counter("temporal_patterns_leftovers", protocol.SignalVote))
	require.NotContains(t, observed.Logs(), "nothing has used")
}

func TestDeadLettersAreLoggedAndCountedWithoutTheirText(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved()
	r := &run{TestWorkflowEnvironment: env, t: t}
	r.signal(time.Minute, vote("1", "ann", "maybe").with("comment", "secret"))
	r.signal(time.Minute, vote("1", "mallory", policy.ChoiceApprove).with("actor", map[string]any{"id": "mallory", "auth": "test"}))
	r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
	require.EqualValues(t, 2, observed.Counter("temporal_patterns_dead_letters", protocol.SignalVote))
	require.Contains(t, observed.Logs(), "dead letter")
	require.NotContains(t, observed.Logs(), "mallory")
	require.NotContains(t, observed.Logs(), "secret")
}

// Votes that come after Carry, by signal, are lost with their run, and said.
func TestVotesAfterCarryAreReported(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	r := &run{TestWorkflowEnvironment: env, t: t}
	r.signal(time.Second, vote("1", "ann", policy.ChoiceApprove).with("gate", "carried along"))
	r.signal(90*time.Second, vote("1", "ann", policy.ChoiceApprove))
	r.ExecuteWorkflow(func(ctx workflow.Context) error {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return err
		}
		_, err = approval.Open(ctx, gates, request())
		_ = workflow.Sleep(ctx, time.Minute)
		_, _ = gates.ContinueState(ctx)
		_ = workflow.Sleep(ctx, 2*time.Hour) // it cleans up, and the deadline passes
		_, ok := gates.ContinueState(ctx)
		require.True(t, ok)
		return err
	})
	require.NoError(t, r.GetWorkflowError())
	require.EqualValues(t, 0, observed.Counter("temporal_patterns_leftovers", protocol.SignalVote), "the second Carry has taken it")

	env, observed = testenv.NewObserved(signals.NewInterceptor())
	r = &run{TestWorkflowEnvironment: env, t: t}
	r.signal(90*time.Second, vote("1", "ann", policy.ChoiceApprove))
	r.ExecuteWorkflow(func(ctx workflow.Context) error {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return err
		}
		_, err = approval.Open(ctx, gates, request())
		_ = workflow.Sleep(ctx, time.Minute)
		_, _ = gates.ContinueState(ctx)
		_ = workflow.Sleep(ctx, 2*time.Hour)
		return err
	})
	require.EqualValues(t, 1, observed.Counter("temporal_patterns_leftovers", protocol.SignalVote))
	require.Equal(t, policy.StateOpen, r.status().Gates[0].State, "timers wait too: the gate is the next run's")
}

// What tells a second NewGates leaves nothing that the SDK would warn of.
func TestNoWarningOfSignalsOfOurs(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]policy.Policy{"at once": {AutoApprove: "small"}, "later": request().Policy} {
		env, observed := testenv.NewObserved()
		r := &run{TestWorkflowEnvironment: env, t: t}
		q := request()
		q.Policy = p
		r.ExecuteWorkflow(oneGate(approval.Options{}, q))
		require.NoError(t, r.GetWorkflowError(), name)
		require.NotContains(t, observed.Logs(), "unhandled signals", name)
	}
}
