package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// all opens the gates a, b and c, waits for all, and keeps what it was told.
func all(outcomes *[]outcome, failed *error) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return err
		}
		var pending []*approval.Gate[string]
		for _, id := range []string{"a", "b", "c"} {
			s := stage("finance", 1, "finance", time.Hour)
			s.OnTimeout = policy.FailOnTimeout
			p, err := approval.Open(ctx, gates, approval.Request[string]{ID: id, Subject: id, Requester: "eve", Policy: policy.Stages(s)})
			if err != nil {
				return err
			}
			pending = append(pending, p)
		}
		*outcomes, *failed = approval.AwaitAll(ctx, pending...)
		return nil
	}
}

// The outcomes stand in the order of the gates, whichever was decided first.
func TestAwaitAll(t *testing.T) {
	t.Parallel()
	states := func(outcomes []outcome) (all []policy.State) {
		for _, o := range outcomes {
			all = append(all, o.State)
		}
		return all
	}
	var (
		outcomes []outcome
		failed   error
	)
	r := newRun(t)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", "c"))
	r.update(2*time.Minute, vote("1", "ann", policy.ChoiceReject).with("gate", "a"))
	r.update(3*time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", "b"))
	r.ExecuteWorkflow(all(&outcomes, &failed))
	require.NoError(t, failed)
	require.Equal(t, []policy.State{policy.StateRejected, policy.StateApproved, policy.StateApproved}, states(outcomes))
	require.Equal(t, "b", outcomes[1].Subject)

	r = newRun(t)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", "c"))
	r.ExecuteWorkflow(all(&outcomes, &failed))
	require.Equal(t, approval.ReasonTimedOut, reasonOf(failed), "of one that no one decided")
	require.Equal(t, []policy.State{policy.StateExpired, policy.StateExpired, policy.StateApproved}, states(outcomes))

	r = newRun(t)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", "b"))
	r.RegisterDelayedCallback(r.CancelWorkflow, 30*time.Minute)
	r.ExecuteWorkflow(all(&outcomes, &failed))
	require.True(t, temporal.IsCanceledError(failed), "%v", failed)
	require.Equal(t, []policy.State{"", policy.StateApproved, ""}, states(outcomes), "decided gates keep their outcome")
	for _, g := range r.status().Gates {
		require.True(t, g.State.IsClosed(), g.ID)
	}
}
