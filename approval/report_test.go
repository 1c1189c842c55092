package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// What is taken out of the SDK's channel is out of the SDK's sight; so what is
// left of it when the run ends is said by us.
func TestLeftoversAreReportedWhenTheRunEnds(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	r := &run{TestWorkflowEnvironment: env, t: t}
	r.signal(time.Minute, vote("1", "ann", approval.Approve).with("gate", "never opened"))
	r.signal(time.Minute, vote("1", "ann", approval.Approve).with("v", 9))
	r.ExecuteWorkflow(ask(signals.Lenient))
	require.Equal(t, approval.Expired, r.outcome().State)
	require.EqualValues(t, 2, observed.Counter("temporal_patterns_leftovers", approval.SignalVote))
	require.Contains(t, observed.Logs(), "nothing has used")
}

func TestNothingIsReportedWhenNothingIsLeft(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	r := &run{TestWorkflowEnvironment: env, t: t}
	r.signal(time.Minute, vote("1", "ann", approval.Reject))
	r.ExecuteWorkflow(ask(signals.Exact))
	require.Equal(t, approval.Rejected, r.outcome().State)
	require.Zero(t, observed.Counter("temporal_patterns_leftovers", approval.SignalVote))
	require.NotContains(t, observed.Logs(), "nothing has used")
}

func TestDeadLettersAreLoggedAndCountedWithoutTheirText(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved()
	r := &run{TestWorkflowEnvironment: env, t: t}
	r.signal(time.Minute, vote("1", "ann", "maybe").with("comment", "secret"))
	r.signal(time.Minute, vote("1", "mallory", approval.Approve).with("actor", map[string]any{"id": "mallory", "auth": "test"}))
	r.ExecuteWorkflow(ask(signals.Lenient))
	require.EqualValues(t, 2, observed.Counter("temporal_patterns_dead_letters", approval.SignalVote))
	require.Contains(t, observed.Logs(), "dead letter")
	require.NotContains(t, observed.Logs(), "mallory")
	require.NotContains(t, observed.Logs(), "secret")
}
