package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestConstructors(t *testing.T) {
	t.Parallel()
	require.Equal(t, policy.Stages(rules(need(2, groups("finance")))), policy.Quorum(2, "finance"))
	require.Equal(t, policy.Stages(rules(need(1, users("ann", "bob")))), policy.AnyOf("ann", "bob"))
	require.Equal(t, policy.Stages(rules(all(users("ann", "bob")))), policy.AllOf("ann", "bob"))
	stages := policy.Stages(rules(need(1, users("ann"))), rules(need(1, users("bob"))))
	within := stages.Within(hour)
	require.Equal(t, []time.Duration{hour, hour}, []time.Duration{within.Stages[0].Deadline, within.Stages[1].Deadline})
	require.Zero(t, stages.Stages[0].Deadline, "the original is not changed")
}

func TestNormalizedFillsDefaultsAndSharesNothing(t *testing.T) {
	t.Parallel()
	p := policy.Stages(policy.Stage{
		Rules: []policy.Rule{need(1, policy.Selector{Users: []string{"Ann", "ANN"}})}, Escalations: []policy.Escalation{{To: users("Bob")}},
	})
	p.Excluded = []string{"Tom"}
	n := p.Normalized()
	require.Equal(t, []any{1, 1, policy.DefaultDeadline}, []any{n.MaxRounds, n.Stages[0].RejectThreshold, n.Stages[0].Deadline})
	require.Equal(t, p.Stages[0].Rules, n.Stages[0].Rules)
	n.Stages[0].Rules[0].From.Users[0], n.Stages[0].Escalations[0].To.Users[0], n.Excluded[0] = "x", "x", "x"
	require.Equal(t, []string{"Ann", "Bob", "Tom"}, []string{
		p.Stages[0].Rules[0].From.Users[0], p.Stages[0].Escalations[0].To.Users[0],
		p.Excluded[0],
	})
	p.FoldCase = true
	n = p.Normalized()
	require.Equal(t, []string{"ann"}, n.Stages[0].Rules[0].From.Users)
	require.Equal(t, []string{"bob"}, n.Stages[0].Escalations[0].To.Users)
	require.Equal(t, []string{"tom"}, n.Excluded)
	require.Equal(t, policy.GroupMembers{"fin": {"ann", "bob"}}, policy.GroupMembers{"Fin": {"Ann"}, "fin": {"bob", "ANN"}}.Folded())
}

func TestStateIsClosed(t *testing.T) {
	t.Parallel()
	for _, s := range []policy.State{
		policy.StateApproved, policy.StateRejected, policy.StateExpired, policy.StateWithdrawn,
		policy.StateCanceled,
	} {
		require.True(t, s.IsClosed(), s)
	}
	require.False(t, policy.StateOpen.IsClosed())
	require.False(t, policy.StateChangesRequested.IsClosed())
}
