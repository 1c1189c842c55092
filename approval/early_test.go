package approval_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

func TestEarlyVotes(t *testing.T) {
	t.Parallel()

	t.Run("by signal wait for the gate, also with the deciding one no timer starts", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		timers := 0
		r.SetOnTimerScheduledListener(func(string, time.Duration) { timers++ })
		r.signal(time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.signal(time.Minute, vote("2", "eve", policy.ChoiceApprove))
		r.signal(time.Minute, vote("3", "bob", policy.ChoiceApprove))
		r.RegisterDelayedCallback(func() { require.Equal(t, 3, r.status().Early) }, time.Hour)
		r.ExecuteWorkflow(slow)
		require.Equal(t, policy.StateApproved, r.outcome().State)
		require.Equal(t, 1, timers, "only the sleep's")
		dead := r.status().DeadLetters
		require.Equal(t, 1, dead.Count, "the requester's is refused when the gate opens")
		require.Positive(t, dead.Last[0].Size)
	})

	t.Run("by update are refused, and told to come back", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.ExecuteWorkflow(slow)
		require.Equal(t, []approval.Reason{approval.ReasonNotOpen}, r.refusals)
		require.ErrorContains(t, r.errs[0], "try again later")
	})

	t.Run("take one place, however often one decision is sent", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		for range 150 {
			r.signal(time.Minute, vote("1", "ann", policy.ChoiceApprove))
		}
		r.signal(time.Minute, vote("2", "bob", policy.ChoiceApprove))
		r.RegisterDelayedCallback(func() { require.Equal(t, 2, r.status().Early) }, time.Hour)
		r.ExecuteWorkflow(slow)
		require.Equal(t, policy.StateApproved, r.outcome().State)
	})

	t.Run("are bounded: the first hundred wait, the rest are dead letters", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		for i := range 103 {
			r.signal(time.Minute, vote(fmt.Sprint(i), "ann", policy.ChoiceReject).with("gate", "typo"))
		}
		r.ExecuteWorkflow(slow)
		require.Equal(t, policy.StateExpired, r.outcome().State)
		require.Equal(t, 100, r.status().Early)
		require.Equal(t, 3, r.status().DeadLetters.Count)
	})
}

func TestNewerVotesAreKept(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	newer := vote("1", "ann", policy.ChoiceApprove).with("v", 2).with("weight", 3)
	r.update(time.Minute, newer)
	for range 18 {
		r.signal(2*time.Minute, newer)
	}
	r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
	require.Equal(t, policy.StateExpired, r.outcome().State)
	require.Equal(t, []approval.Reason{approval.ReasonNewerVersion}, r.refusals)
	require.ErrorContains(t, r.errs[0], "upgrade the workers")
	require.Equal(t, 16, r.status().Newer)
	require.Equal(t, 2, r.status().DeadLetters.Count)
}

// Votes by update that come with the start of the run count at gates that the
// workflow opens before it waits for anything; later gates are not open yet.
func TestVotesThatComeWithTheStart(t *testing.T) {
	t.Parallel()
	own := func(ctx workflow.Context) error {
		for _, name := range []string{"own", "another"} {
			if err := workflow.SetUpdateHandler(ctx, name, func(workflow.Context) error { return nil }); err != nil {
				return err
			}
		}
		return nil
	}
	for name, c := range map[string]struct {
		before  func(workflow.Context) error
		refused []approval.Reason
	}{
		"opened at once":                   {func(workflow.Context) error { return nil }, nil},
		"after handlers of the workflow's": {own, nil},
		"after something else": {
			func(ctx workflow.Context) error { return workflow.Sleep(ctx, time.Second) },
			[]approval.Reason{approval.ReasonNotOpen, approval.ReasonNotOpen},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.update(0, vote("1", "ann", policy.ChoiceApprove).with("gate", "a"))
			r.update(0, vote("1", "ann", policy.ChoiceApprove).with("gate", "b"))
			r.ExecuteWorkflow(func(ctx workflow.Context) (int, error) {
				gates, err := approval.NewGates(ctx, approval.Options{})
				if err != nil {
					return 0, err
				}
				if err := c.before(ctx); err != nil {
					return 0, err
				}
				var asked []*approval.Gate[string]
				for _, id := range []string{"a", "b"} {
					p, err := approval.Open(ctx, gates, approval.Request[string]{ID: id, Requester: "eve", Policy: policy.Quorum(1,
						"finance").Within(time.Hour)})
					if err != nil {
						return 0, err
					}
					asked = append(asked, p)
				}
				_, err = approval.AwaitAll(ctx, asked...)
				return 0, err
			})
			require.NoError(t, r.GetWorkflowError())
			require.Equal(t, c.refused, r.refusals)
			require.Len(t, r.receipts, 2-len(c.refused))
		})
	}
}
