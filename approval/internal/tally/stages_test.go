package tally_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// two stages: one of finance, then the boss, with what their deadlines mean.
func two(first, second policy.TimeoutAction) policy.Policy {
	return policy.Stages(
		policy.Stage{Name: "check", Rules: []policy.Rule{need(1, groups("finance"))}, OnTimeout: first},
		policy.Stage{Name: "sign", Rules: []policy.Rule{need(1, users("boss", "ann"))}, OnTimeout: second},
	)
}

func TestStages(t *testing.T) {
	t.Parallel()
	type steps = []step
	plain := two(policy.ExpireOnTimeout, policy.ExpireOnTimeout)
	repeating := plain
	repeating.AllowRepeat = true
	const undecided = "no decision before the deadline"
	for name, s := range map[string]script{
		"one after the other": {plain, nil, steps{
			refused(tally.ReasonNotEligible, cast(yesOf("boss"))), cast(yes("bob")),
			missing(1), cast(yesOf("boss")),
		}, policy.StateApproved},
		"a rejection of the first is all": {
			plain, nil,
			steps{cast(no("bob")), refused(tally.ReasonClosed, cast(yesOf("boss")))},
			policy.StateRejected,
		},
		"one person approves one": {plain, nil, steps{cast(yes("ann")), is(policy.StateOpen), refused(tally.ReasonAlreadyVoted,
			cast(yes("ann"))), cast(yesOf("boss"))}, policy.StateApproved},
		"both, when the policy allows it": {
			repeating, nil,
			steps{cast(yes("ann")), is(policy.StateOpen), cast(yes("ann"))},
			policy.StateApproved,
		},
		"a stage that is over is frozen": {
			plain, nil,
			steps{cast(yes("bob")), refused(tally.ReasonNotEligible, cast(no("bob")))},
			policy.StateOpen,
		},
		"a rejection of the second": {plain, nil, steps{cast(yes("ann"), no("ann"))}, policy.StateRejected},
		"the first expires":         {plain, nil, steps{expire, why("")}, policy.StateExpired},
		"the second expires":        {plain, nil, steps{cast(yes("ann")), expire}, policy.StateExpired},
		"fail is expired":           {two(policy.FailOnTimeout, policy.ExpireOnTimeout), nil, steps{expire}, policy.StateExpired},
		"reject on timeout": {
			two(policy.RejectOnTimeout, policy.ExpireOnTimeout), nil,
			steps{expire, why(undecided)},
			policy.StateRejected,
		},
		"approve on timeout goes on": {two(policy.ApproveOnTimeout, policy.ExpireOnTimeout), nil, steps{
			expire, is(policy.StateOpen),
			cast(yesOf("boss")),
		}, policy.StateApproved},
		"approve on the last timeout": {two(policy.ApproveOnTimeout, policy.ApproveOnTimeout), nil, steps{
			expire, expire, why(undecided),
			expire,
		}, policy.StateApproved},
		"withdrawn": {plain, nil, steps{
			refused(tally.ReasonNotEligible, withdraw("ann")), withdraw("eve"), why("eve"),
			refused(tally.ReasonClosed, withdraw("eve")),
		}, policy.StateWithdrawn},
		"canceled": {
			plain, nil,
			steps{cancel, expire, cancel, refused(tally.ReasonClosed, withdraw("eve"))},
			policy.StateCanceled,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

// The votes of the stages before come first, with the stage and round that they
// count in, though a vote need not say its round.
func TestVotesOfStages(t *testing.T) {
	t.Parallel()
	p := two(policy.ExpireOnTimeout, policy.ExpireOnTimeout)
	p.MaxRounds, p.Stages[0].RejectThreshold, p.AllowRepeat = 2, 2, true
	of := func(gate *tally.Tally) (all []string) {
		for _, c := range gate.Votes() {
			all = append(all, fmt.Sprintf("%s %s %d/%d", c.Person, c.Choice, c.Round, c.Stage))
		}
		return all
	}
	gate := play(t, p, cast(no("tom"), yes("bob")))
	require.Equal(t, []string{"tom reject 1/0", "bob approve 1/0"}, of(gate))
	require.NoError(t, cast(ask("ann"))(gate))
	require.Equal(t, []string{"tom reject 1/0", "bob approve 1/0", "ann request-changes 1/1"}, of(gate))
	require.NoError(t, resubmit("eve", "d2")(gate))
	require.Empty(t, of(gate), "the next round begins without votes")
	n, stage := gate.Stage(), gate.Current()
	require.Equal(t, 0, n)
	require.Equal(t, "check", stage.Name)
	require.NoError(t, cast(round(2, yes("ann")), round(2, yes("ann")))(gate))
	require.Equal(t, []string{"ann approve 2/0", "ann approve 2/1"}, of(gate))
	require.Equal(t, policy.StateApproved, gate.State())
}
