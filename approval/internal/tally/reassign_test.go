package tally_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestReassign(t *testing.T) {
	t.Parallel()
	type steps = []step
	p := rules(named("x", need(1, users("ann"))), named("y", policy.Rule{All: true, From: groups("fin")}))
	p.MaxRounds = 2
	paused := policy.AllOf("ann", "bob")
	paused.MaxRounds = 2
	roster := policy.GroupMembers{"fin": {"bob", "cat"}, "hr": {"joe", "zoe"}, "nobody": {"eve"}}
	for name, s := range map[string]script{
		"others for a rule": {p, roster, steps{reassign(instead(users("dan"), "x")), refused(tally.ReasonNotEligible,
			cast(yes("ann"))), cast(yes("dan"), yes("bob"), yes("cat"))}, policy.StateApproved},
		"more for a rule": {
			p, roster,
			steps{reassign(add(users("dan"), "x")), cast(yes("dan"), yes("bob"), yes("cat"))},
			policy.StateApproved,
		},
		"more for a rule of all": {p, roster, steps{reassign(add(users("dan"), "y")), missing(4)}, policy.StateOpen},
		"all of another group": {p, roster, steps{
			cast(yes("ann"), yes("bob")), reassign(instead(groups("hr"), "y")), missing(2),
			cast(yes("joe"), yes("zoe")),
		}, policy.StateApproved},
		"who has decided is enough": {
			p, roster,
			steps{cast(yes("ann"), yes("bob")), reassign(instead(users("bob"), "y"))},
			policy.StateApproved,
		},
		"while changes are requested": {p, roster, steps{
			cast(yes("bob"), ask("ann")), reassign(instead(users("bob"), "y")),
			is(policy.StateChangesRequested),
		}, policy.StateChangesRequested},
		"nothing is decided then": {
			paused, nil,
			steps{cast(yes("ann"), ask("bob")), reassign(instead(users("ann"), "")), missing(0)},
			policy.StateChangesRequested,
		},
		"a group without a roster": {
			p, roster,
			steps{refused(tally.ReasonMalformed, reassign(instead(groups("law"), "y")))},
			policy.StateOpen,
		},
		"all of none": {
			p, roster,
			steps{refused(tally.ReasonNotAllowed, reassign(instead(groups("nobody"), "y")))},
			policy.StateOpen,
		},
		"to the requester only": {
			p, roster,
			steps{refused(tally.ReasonNotAllowed, reassign(instead(users("eve"), "x")))},
			policy.StateOpen,
		},
		"one person for both": {
			p, roster,
			steps{refused(tally.ReasonNotAllowed, reassign(instead(users("ann"), "")))},
			policy.StateOpen,
		},
		"to no one": {p, roster, steps{refused(tally.ReasonMalformed, reassign(instead(users(), "x")))}, policy.StateOpen},
		"a rule that is not there": {
			p, roster,
			steps{refused(tally.ReasonMalformed, reassign(instead(users("dan"), "z")))},
			policy.StateOpen,
		},
		"when it is closed": {
			p, roster,
			steps{cancel, refused(tally.ReasonClosed, reassign(instead(users("dan"), "x")))},
			policy.StateCanceled,
		},
		"a vote that counts for more": {
			rules(named("x", need(1, users("ann", "cat"))), named("y", need(1, users("bob")))), nil,
			steps{cast(yes("ann"), yes("cat")), reassign(add(users("cat"), "y"))},
			policy.StateApproved,
		},
		"more than a list of names is": {p, roster, steps{reassign(add(users(many("a", 400)...), "x")), refused(tally.ReasonMalformed,
			reassign(add(users(many("b", 400)...), "x")))}, policy.StateOpen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gate := s.run(t)
			restored, err := tally.Restore(gate.Snapshot())
			require.NoError(t, err, "whatever was reassigned can be carried")
			require.Equal(t, gate.Snapshot(), restored.Snapshot())
		})
	}
}

func many(prefix string, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprint(prefix, i)
	}
	return ids
}

// The same people again and again do not make a policy grow.
func TestReassignDoesNotGrow(t *testing.T) {
	t.Parallel()
	gate := play(t, rules(need(1, users("ann"))))
	for range tally.MaxChanges {
		require.NoError(t, reassign(add(policy.Selector{Users: []string{"bob"}, Groups: []string{"hr"}, Except: []string{"tom"}}, ""))(gate))
	}
	require.Equal(t, policy.Selector{Users: []string{"ann", "bob"}, Groups: []string{"hr"}, Except: []string{"tom"}},
		gate.Policy().Stages[0].Rules[0].From)
	_, err := tally.Restore(gate.Snapshot())
	require.NoError(t, err)
}
