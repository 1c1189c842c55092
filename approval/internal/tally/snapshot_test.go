package tally_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// What is restored from JSON is what it was, and goes on the same way.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	p := two(policy.ExpireOnTimeout, policy.ExpireOnTimeout)
	p.MaxRounds, p.AllowDelegation = 2, true
	o := eve
	o.GroupMembers = policy.GroupMembers{"hr": {"joe"}, "empty": nil}
	gate, err := tally.New(p, o)
	require.NoError(t, err)
	for i, step := range []step{cast(ask("ann")), resubmit("eve", "d2"), delegate("ann", "dan"), cast(round(2, yesFor("ann", "dan")))} {
		require.NoErrorf(t, step(gate), "step %d", i)
		restored := again(t, gate.Snapshot())
		require.Equal(t, gate.Snapshot(), restored.Snapshot())
		gate = restored
	}
	require.NoError(t, cast(round(2, yesOf("boss")))(gate))
	require.Equal(t, policy.StateApproved, gate.State())
	require.NoError(t, gate.Audit().Verify())
	require.Equal(t, start, gate.UpdatedAt())
}

// again is the tally of a snapshot that has been JSON.
func again(t require.TestingT, s tally.Snapshot) *tally.Tally {
	data, err := json.Marshal(s)
	require.NoError(t, err)
	var back tally.Snapshot
	require.NoError(t, json.Unmarshal(data, &back))
	gate, err := tally.Restore(back)
	require.NoError(t, err)
	return gate
}

func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	auto := func(s *tally.Snapshot) { s.Policy = policy.Policy{AutoApprove: "small"} }
	rule := func(s *tally.Snapshot) *policy.Rule { return &s.Policy.Stages[0].Rules[0] }
	for name, c := range map[string]struct {
		change func(s *tally.Snapshot)
		want   string
	}{
		"a later version": {change: func(s *tally.Snapshot) { s.V = 2 }, want: "has version 2, and the newest known is 1; " +
			"upgrade the workers"},
		"no version":       {change: func(s *tally.Snapshot) { s.V = 0 }, want: "has no version; take one with Tally.Snapshot"},
		"an unknown state": {change: func(s *tally.Snapshot) { s.State = "odd" }, want: "an unknown state"},
		"no state":         {change: func(s *tally.Snapshot) { s.State = "" }, want: "an unknown state"},
		"a stage too far":  {change: func(s *tally.Snapshot) { s.Stage = 1 }, want: "a stage that the policy does not have"},
		"a negative stage": {change: func(s *tally.Snapshot) { s.Stage = -1 }, want: "a stage that the policy does not have"},
		"a stage of an automatic policy": {
			change: func(s *tally.Snapshot) { auto(s); s.Stage = 7 },
			want:   "a stage that the policy does not have",
		},
		"an empty policy": {
			change: func(s *tally.Snapshot) { s.Policy = policy.Policy{} },
			want:   "neither stages nor an automatic approval",
		},
		"a stage without rules": {change: func(s *tally.Snapshot) { s.Policy.Stages[0].Rules = nil }, want: "a stage without rules"},
		"more rules than bits": {change: func(s *tally.Snapshot) {
			s.Policy.Stages[0].Rules = slices.Repeat(s.Policy.Stages[0].Rules,
				65)
		}, want: "or with more than a gate can count"},
		"a rule of no approval":        {change: func(s *tally.Snapshot) { rule(s).Need = 0 }, want: "a rule that needs no approval"},
		"a rule of negative approvals": {change: func(s *tally.Snapshot) { rule(s).Need = -1 }, want: "a rule that needs no approval"},
		"a negative rejection threshold": {
			change: func(s *tally.Snapshot) { s.Policy.Stages[0].RejectThreshold = -1 },
			want:   "a negative number of rejections",
		},
		"open and automatic": {change: func(s *tally.Snapshot) { auto(s); s.Votes = nil }, want: "votes on an automatic approval"},
		"votes on an automatic approval": {
			change: func(s *tally.Snapshot) { auto(s); s.State = policy.StateApproved },
			want:   "votes on an automatic approval",
		},
		"fewer votes counted than kept": {change: func(s *tally.Snapshot) { s.Cast = 0 }, want: "fewer votes counted than kept"},
		"past votes that never counted": {change: func(s *tally.Snapshot) { s.Past = s.Votes }, want: "fewer votes counted than kept"},
		"no round":                      {change: func(s *tally.Snapshot) { s.Round = 0 }, want: "a round without a vote that began it"},
		"a round that no vote began":    {change: func(s *tally.Snapshot) { s.Round = 3 }, want: "a round without a vote that began it"},
		"changes that no vote requested": {
			change: func(s *tally.Snapshot) { s.State = policy.StateChangesRequested },
			want:   "changes requested without a vote for them",
		},
		"changes requested too late": {change: func(s *tally.Snapshot) {
			s.State, s.Round, s.Votes[0].Round, s.Votes[0].Choice = policy.StateChangesRequested, 2, 2, policy.ChoiceRequestChanges
		}, want: "changes requested without a vote for them"},
		"no audit": {change: func(s *tally.Snapshot) { s.Audit.Entries = nil }, want: "policy: the audit has no entry"},
		"a circle": {change: func(s *tally.Snapshot) {
			s.Delegations = []policy.Delegation{{From: "a", To: "b"}, {From: "b", To: "a"}}
		}, want: "delegations in a circle"},
		"a rule too far": {
			change: func(s *tally.Snapshot) { s.Votes[0].Rules = []int{0, 1} },
			want:   "a vote for a rule that the stage does not have",
		},
		"a negative rule": {
			change: func(s *tally.Snapshot) { s.Votes[0].Rules = []int{-1} },
			want:   "a vote for a rule that the stage does not have",
		},
		"a rule twice": {
			change: func(s *tally.Snapshot) { s.Votes[0].Rules = []int{0, 0} },
			want:   "a vote for a rule that the stage does not have",
		},
		"a vote twice": {
			change: func(s *tally.Snapshot) { s.Cast, s.Votes = 2, append(s.Votes, s.Votes[0]) },
			want:   "two votes of one person or actor",
		},
		"two actors of one name": {change: func(s *tally.Snapshot) {
			s.Cast, s.Votes = 2, append(s.Votes,
				s.Votes[0])
			s.Votes[1].Person = "bob"
		}, want: "two votes of one person or actor"},
		"a vote for no person": {change: func(s *tally.Snapshot) { s.Votes[0].Person = "" }, want: "a vote that did not count in its round " +
			"and stage"},
		"a vote of no choice": {change: func(s *tally.Snapshot) { s.Votes[0].Choice = "" }, want: "a vote that did not count in its round " +
			"and stage"},
		"a vote on a next stage": {change: func(s *tally.Snapshot) { s.Votes[0].Stage = 1 }, want: "a vote that did not count in its round " +
			"and stage"},
		"a vote in a next round": {change: func(s *tally.Snapshot) { s.Votes[0].Round = 2 }, want: "a vote that did not count in its round " +
			"and stage"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, policy.Quorum(2, "finance"), cast(yes("ann"))).Snapshot()
			_, err := tally.Restore(s)
			require.NoError(t, err)
			c.change(&s)
			_, err = tally.Restore(s)
			require.ErrorContains(t, err, c.want)
		})
	}
}

// A policy was valid when its gate was opened. A later build with stricter rules must
// still count its votes after continue-as-new.
func TestRestoreAcceptsPoliciesThatValidateRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s *tally.Snapshot){
		"more approvals":     func(s *tally.Snapshot) { s.Policy.Stages[0].Rules[0].Need = 101 },
		"more stages":        func(s *tally.Snapshot) { s.Policy.Stages = slices.Repeat(s.Policy.Stages, 21) },
		"more rules":         func(s *tally.Snapshot) { s.Policy.Stages[0].Rules = slices.Repeat(s.Policy.Stages[0].Rules, 21) },
		"more rounds":        func(s *tally.Snapshot) { s.Policy.MaxRounds = 101 },
		"more names":         func(s *tally.Snapshot) { s.Policy.Excluded = many("x", 501) },
		"other names":        func(s *tally.Snapshot) { s.Policy.Excluded, s.Requester = []string{" x "}, "eve\u200b" },
		"shorter durations":  func(s *tally.Snapshot) { s.Policy.ValidFor, s.Policy.Stages[0].Deadline = 1, 1 },
		"an unknown action":  func(s *tally.Snapshot) { s.Policy.Stages[0].OnTimeout = "ask" },
		"an unknown choice":  func(s *tally.Snapshot) { s.Policy.RequireCommentOn = []policy.Choice{"abstain"} },
		"more known members": func(s *tally.Snapshot) { s.GroupMembers = policy.GroupMembers{"hr": many("p", 5001)} },
		"more votes":         func(s *tally.Snapshot) { s.Cast, s.Past = 501, make([]policy.CountedVote, 500) },
		"more delegations": func(s *tally.Snapshot) {
			for _, id := range many("d", 501) {
				s.Delegations = append(s.Delegations, policy.Delegation{From: id, To: "zoe"})
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, policy.Quorum(3, "finance"), cast(yes("ann"))).Snapshot()
			change(&s)
			gate, err := tally.Restore(s)
			require.NoError(t, err)
			require.NoError(t, withdraw(s.Requester)(gate))
			require.Equal(t, policy.StateWithdrawn, again(t, gate.Snapshot()).State())
		})
	}
}

// A snapshot is not asked whether its policy can be fulfilled: one that needs all
// of no one, or of people who are not known, must not be a yes.
func TestRestoredRulesOfNobody(t *testing.T) {
	t.Parallel()
	for name, from := range map[string]policy.Selector{"no one is left": users("eve"), "no one is known": groups("law")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, policy.AllOf("ann", "bob")).Snapshot()
			s.Policy.Stages[0].Rules = []policy.Rule{{All: true, From: from}, need(1, users("ann"))}
			gate, err := tally.Restore(s)
			require.NoError(t, err)
			require.NoError(t, cast(yes("ann"))(gate))
			_, _ = gate.Apply(yesOf("bob", "law"), start) // a claim does not make it all
			require.Equal(t, policy.StateOpen, gate.State())
			require.Positive(t, gate.Missing())
		})
	}
}
