package approvaltest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Recount reaches the state, the round and the votes of the gate from its audit alone.
func TestRecount(t *testing.T) {
	t.Parallel()
	finance := func(id string) policy.Actor { return approvaltest.Actor(id, "finance") }
	p := policy.Quorum(2, "finance").Within(48 * time.Hour)
	p.MaxRounds, p.AllowDelegation = 2, true
	p.Stages[0].Escalations = []policy.Escalation{{After: time.Hour, To: policy.Selector{Groups: []string{"board"}}}}
	at := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	options := tally.Options{Requester: "eve", Digest: "first", At: at}

	vote := func(id string, c policy.Choice) func(*testing.T, *tally.Tally) {
		return func(t *testing.T, gate *tally.Tally) {
			t.Helper()
			_, err := gate.Apply(tally.Vote{Actor: finance(id), Choice: c, Round: gate.Round()}, at)
			require.NoError(t, err)
		}
	}
	resubmit := func(t *testing.T, gate *tally.Tally) {
		t.Helper()
		require.NoError(t, gate.Resubmit("eve", "second", at))
	}
	delegate := func(t *testing.T, gate *tally.Tally) {
		t.Helper()
		require.NoError(t, gate.Delegate(finance("ann"), "dan", at))
	}
	escalate := func(t *testing.T, gate *tally.Tally) {
		t.Helper()
		_, ok := gate.Escalate(at)
		require.True(t, ok)
	}
	expire := func(_ *testing.T, gate *tally.Tally) { gate.Expire(at) }

	for name, c := range map[string]struct {
		steps []func(*testing.T, *tally.Tally)
		want  policy.State
	}{
		"two approvals": {
			steps: []func(*testing.T, *tally.Tally){vote("ann", policy.ChoiceApprove), vote("bob", policy.ChoiceApprove)},
			want:  policy.StateApproved,
		},
		"a second round": {
			steps: []func(*testing.T, *tally.Tally){vote("ann", policy.ChoiceRequestChanges), resubmit, vote("ann", policy.ChoiceReject)},
			want:  policy.StateRejected,
		},
		"a delegate and an escalation": {
			steps: []func(*testing.T, *tally.Tally){delegate, escalate, vote("bob", policy.ChoiceApprove)}, want: policy.StateOpen,
		},
		"a deadline": {steps: []func(*testing.T, *tally.Tally){vote("ann", policy.ChoiceApprove), expire}, want: policy.StateExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gate, err := tally.New(p, options)
			require.NoError(t, err)
			for _, step := range c.steps {
				step(t, gate)
			}
			require.Equal(t, c.want, gate.State())
			got := approvaltest.Recount(t, p, options.Lint(), gate.Audit(), finance)
			require.Equal(t, approvaltest.Count{State: gate.State(), Round: gate.Round(), Votes: gate.Votes()}, got)
		})
	}
}
