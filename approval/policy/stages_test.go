package policy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// two stages: one of finance, then the boss, with what their deadlines mean.
func two(first, second policy.Timeout) policy.Policy {
	return policy.InStages(
		policy.Stage{Name: "check", Rules: []policy.Rule{need(1, groups("finance"))}, OnTimeout: first},
		policy.Stage{Name: "sign", Rules: []policy.Rule{need(1, users("boss", "ann"))}, OnTimeout: second},
	)
}

func TestStages(t *testing.T) {
	t.Parallel()
	type steps = []step
	plain := two(policy.Expire, policy.Expire)
	repeating := plain
	repeating.AllowRepeat = true
	const undecided = "nobody decided in time"
	for name, s := range map[string]script{
		"one after the other":             {plain, nil, steps{refused(policy.NotEligible, cast(yesOf("boss"))), cast(yes("bob")), missing(1), cast(yesOf("boss"))}, policy.Approved},
		"a rejection of the first is all": {plain, nil, steps{cast(no("bob")), refused(policy.Closed, cast(yesOf("boss")))}, policy.Rejected},
		"one person approves one":         {plain, nil, steps{cast(yes("ann")), is(policy.Open), refused(policy.AlreadyVoted, cast(yes("ann"))), cast(yesOf("boss"))}, policy.Approved},
		"both, when the policy allows it": {repeating, nil, steps{cast(yes("ann")), is(policy.Open), cast(yes("ann"))}, policy.Approved},
		"a stage that is over is frozen":  {plain, nil, steps{cast(yes("bob")), refused(policy.NotEligible, cast(no("bob")))}, policy.Open},
		"a rejection of the second":       {plain, nil, steps{cast(yes("ann"), no("ann"))}, policy.Rejected},
		"the first expires":               {plain, nil, steps{expire, why("")}, policy.Expired},
		"the second expires":              {plain, nil, steps{cast(yes("ann")), expire}, policy.Expired},
		"fail is expired":                 {two(policy.FailOnTimeout, policy.Expire), nil, steps{expire}, policy.Expired},
		"reject on time-out":              {two(policy.RejectOnTimeout, policy.Expire), nil, steps{expire, why(undecided)}, policy.Rejected},
		"approve on time-out goes on":     {two(policy.ApproveOnTimeout, policy.Expire), nil, steps{expire, is(policy.Open), cast(yesOf("boss"))}, policy.Approved},
		"approve on the last time-out":    {two(policy.ApproveOnTimeout, policy.ApproveOnTimeout), nil, steps{expire, expire, why(undecided), expire}, policy.Approved},
		"withdrawn":                       {plain, nil, steps{refused(policy.NotEligible, withdraw("ann")), withdraw("eve"), why("eve"), refused(policy.Closed, withdraw("eve"))}, policy.Withdrawn},
		"canceled":                        {plain, nil, steps{cancel, expire, cancel, refused(policy.Closed, withdraw("eve"))}, policy.Canceled},
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
	p := two(policy.Expire, policy.Expire)
	p.MaxRounds, p.Stages[0].Veto, p.AllowRepeat = 2, 2, true
	of := func(tally *policy.Tally) (all []string) {
		for _, c := range tally.Votes() {
			all = append(all, fmt.Sprintf("%s %s %d/%d", c.Person, c.Choice, c.Round, c.Stage))
		}
		return all
	}
	tally := play(t, p, cast(no("tom"), yes("bob")))
	require.Equal(t, []string{"tom reject 1/0", "bob approve 1/0"}, of(tally))
	require.NoError(t, cast(ask("ann"))(tally))
	require.Equal(t, []string{"tom reject 1/0", "bob approve 1/0", "ann request-changes 1/1"}, of(tally))
	require.NoError(t, resubmit("eve", "d2")(tally))
	require.Empty(t, of(tally), "the next round begins without votes")
	n, stage := tally.Stage(), tally.Current()
	require.Equal(t, 0, n)
	require.Equal(t, "check", stage.Name)
	require.NoError(t, cast(round(2, yes("ann")), round(2, yes("ann")))(tally))
	require.Equal(t, []string{"ann approve 2/0", "ann approve 2/1"}, of(tally))
	require.Equal(t, policy.Approved, tally.State())
}

func TestRounds(t *testing.T) {
	t.Parallel()
	type steps = []step
	three := policy.Policy{Need: 2, Group: "finance", MaxRounds: 3}
	climbing := ladder(rules(need(2, groups("finance"))), add(users("zoe"), ""))
	climbing.MaxRounds = 2
	seen := func(digest string, v policy.Vote) policy.Vote { v.Digest = digest; return v }
	for name, s := range map[string]script{
		"a single round has no changes":    {policy.Quorum(1, "finance"), nil, steps{refused(policy.NotAllowed, cast(ask("ann")))}, policy.Open},
		"changes pause it":                 {three, nil, steps{cast(yes("bob"), ask("ann")), refused(policy.Paused, cast(yes("cat")))}, policy.ChangesRequested},
		"only who may decide asks":         {three, nil, steps{refused(policy.NotEligible, cast(policy.Vote{Actor: in("x"), Choice: policy.RequestChanges}))}, policy.Open},
		"a deadline does not pass then":    {three, nil, steps{cast(ask("ann")), expire}, policy.ChangesRequested},
		"no escalation either":             {climbing, nil, steps{cast(ask("ann")), noStep}, policy.ChangesRequested},
		"it can be withdrawn":              {three, nil, steps{cast(ask("ann")), withdraw("eve")}, policy.Withdrawn},
		"it can be canceled":               {three, nil, steps{cast(ask("ann")), cancel}, policy.Canceled},
		"only the requester makes it anew": {three, nil, steps{cast(ask("ann")), refused(policy.NotEligible, resubmit("ann", "d2")), resubmit("eve", "d2")}, policy.Open},
		"not while it is open":             {three, nil, steps{refused(policy.Closed, resubmit("eve", "d2"))}, policy.Open},
		"with a digest that is one":        {three, nil, steps{cast(ask("ann")), refused(policy.Malformed, resubmit("eve", string(make([]byte, 300))))}, policy.ChangesRequested},
		"a new round has no votes":         {three, nil, steps{cast(yes("bob"), ask("ann")), resubmit("eve", "d2"), missing(2), cast(round(2, yes("bob")), round(2, yes("ann")))}, policy.Approved},
		"votes on the old round":           {three, nil, steps{cast(ask("ann")), resubmit("eve", "d2"), refused(policy.Stale, cast(yes("bob"))), refused(policy.Stale, cast(round(1, yes("bob"))))}, policy.Open},
		"votes on a round to come":         {three, nil, steps{refused(policy.Stale, cast(round(2, yes("bob"))))}, policy.Open},
		"votes on another subject":         {three, nil, steps{refused(policy.Stale, cast(seen("d2", yes("bob")))), cast(seen("d1", yes("bob")))}, policy.Open},
		"votes on the old subject":         {three, nil, steps{cast(ask("ann")), resubmit("eve", "d2"), refused(policy.Stale, cast(seen("d1", round(2, yes("bob"))))), cast(seen("d2", round(2, yes("bob"))))}, policy.Open},
		"a subject without a digest":       {three, nil, steps{cast(ask("ann")), resubmit("eve", ""), refused(policy.Stale, cast(seen("d1", round(2, yes("bob"))))), cast(round(2, yes("bob")))}, policy.Open},
		"the last round rejects": {three, nil, steps{
			cast(ask("ann")), resubmit("eve", "d2"), cast(round(2, ask("ann"))), resubmit("eve", "d3"),
			cast(round(3, ask("ann"))), why("no further round"), refused(policy.Closed, resubmit("eve", "d4")),
		}, policy.Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

func TestEdits(t *testing.T) {
	t.Parallel()
	type steps = []step
	edited := func(digest string, v policy.Vote) policy.Vote { v.Edited = digest; return v }
	p := policy.Policy{Need: 2, Group: "finance", AllowEdits: true}
	one, final, staged := p, p, two(policy.Expire, policy.Expire)
	one.Need, final.FinalVotes, staged.AllowEdits = 1, true, true
	roundIs := func(n int, digest string) step {
		return func(t *policy.Tally) error {
			if t.Round() != n || t.Digest() != digest {
				return fmt.Errorf("it is in round %d on %q", t.Round(), t.Digest())
			}
			return nil
		}
	}
	for name, s := range map[string]script{
		"not allowed":                {policy.Quorum(1, "finance"), nil, steps{refused(policy.NotAllowed, cast(edited("d2", yes("ann"))))}, policy.Open},
		"only approvals edit":        {p, nil, steps{refused(policy.Malformed, cast(edited("d2", no("ann"))))}, policy.Open},
		"the others decide anew":     {p, nil, steps{cast(yes("bob"), edited("d2", yes("ann"))), roundIs(2, "d2"), missing(1), refused(policy.Stale, cast(yes("cat"))), cast(round(2, yes("bob")))}, policy.Approved},
		"the editor counts":          {p, nil, steps{cast(edited("d2", yes("ann"))), refused(policy.AlreadyVoted, cast(round(2, yes("ann"))))}, policy.Open},
		"the editor is enough":       {one, nil, steps{cast(edited("d2", yes("ann"))), roundIs(2, "d2")}, policy.Approved},
		"what it is already is none": {p, nil, steps{cast(edited("d1", yes("ann"))), roundIs(1, "d1"), cast(yes("bob"))}, policy.Approved},
		"who has approved may edit":  {p, nil, steps{cast(yes("ann"), edited("d2", yes("ann"))), roundIs(2, "d2"), missing(1)}, policy.Open},
		"not if votes are final":     {final, nil, steps{cast(yes("ann")), refused(policy.AlreadyVoted, cast(edited("d2", yes("ann"))))}, policy.Open},
		"all stages begin anew":      {staged, nil, steps{cast(yes("ann"), edited("d2", yes("ann"))), roundIs(2, "d2"), cast(round(2, yesOf("boss")))}, policy.Approved},
		"the first is for others":    {staged, nil, steps{cast(yes("ann"), edited("d2", yesOf("boss"))), roundIs(2, "d2"), missing(1), cast(round(2, yes("ann")), round(2, yesOf("boss")))}, policy.Approved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}
