package tally_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestFiftyChangesOfAnActor(t *testing.T) {
	t.Parallel()
	gate := play(t, quorum(policy.Policy{}, 100, "finance", 100), cast(yes("ann")))
	for i := range tally.MaxChanges {
		vote := []tally.Vote{no("ann"), yes("ann")}[i%2]
		require.NoError(t, cast(vote)(gate), "change %d", i+1)
	}
	require.NoError(t, refused(tally.ReasonFull, cast(no("ann")))(gate))
	require.NoError(t, cast(yes("bob"))(gate), "another actor")
}

func TestNoRequesterIsNoActor(t *testing.T) {
	t.Parallel()
	gate, err := tally.New(policy.Quorum(1, "finance"), tally.Options{})
	require.NoError(t, err)
	require.False(t, gate.IsRequester(""))
	require.NoError(t, refused(tally.ReasonNotEligible, withdraw(""))(gate))
}

func TestMoveWhileChangesAreRequested(t *testing.T) {
	t.Parallel()
	move := func(t *tally.Tally) error { return t.Move(in("boss"), hour, "", start) }
	gate := play(t, quorum(policy.Policy{MaxRounds: 2}, 1, "finance", 0), cast(ask("ann")), refused(tally.ReasonPaused, move), cancel)
	require.NoError(t, refused(tally.ReasonClosed, move)(gate))
}

func TestDelegationIsTakenBackByAnActorWhoMayNotDecideAnyMore(t *testing.T) {
	t.Parallel()
	p := rules(need(1, users("ann", "bob")))
	p.AllowDelegation = true
	gate := play(t, p, delegate("ann", "zoe"), reassign(instead(users("bob", "max"), "")), refused(tally.ReasonNotEligible, delegate("ann",
		"tom")))
	require.NoError(t, delegate("ann", "")(gate))
	require.Empty(t, gate.Snapshot().Delegations)
}

func TestRefusalNamesUpToTenGroups(t *testing.T) {
	t.Parallel()
	for n, others := range map[int]bool{10: false, 11: true} {
		err := play(t, rules(need(1, groups(many("g", n)...)))).Check(yesOf("dan"))
		require.Error(t, err)
		require.Equal(t, others, len(err.Error()) > len("and others") && err.Error()[len(err.Error())-len("and others"):] == "and others", "%v",
			err)
	}
}
