package tally_test

import (
	"encoding/json"
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
	for want, change := range map[string]func(s *tally.Snapshot){
		"the snapshot has version 2, and up to 1 is known; upgrade the workers":                   func(s *tally.Snapshot) { s.V = 2 },
		"the snapshot has no version; take one":                                                   func(s *tally.Snapshot) { s.V = 0 },
		"the snapshot is in a state of 3 bytes that is unknown; take one":                         func(s *tally.Snapshot) { s.State = "odd" },
		"the snapshot is in a state of 0 bytes that is unknown; take one":                         func(s *tally.Snapshot) { s.State = "" },
		"the snapshot is in stage 1 of 1; take one":                                               func(s *tally.Snapshot) { s.Stage = 1 },
		"the snapshot is in stage -1 of 1; take one":                                              func(s *tally.Snapshot) { s.Stage = -1 },
		"the snapshot is in stage 0 of 0; take one":                                               func(s *tally.Snapshot) { s.Policy = policy.Quorum(1, "finance") },
		"the snapshot is in stage 7 of 0; take one":                                               func(s *tally.Snapshot) { auto(s); s.Stage = 7 },
		"the snapshot is open with 1 votes, and its policy approves without any; take one":        func(s *tally.Snapshot) { auto(s) },
		"the snapshot is approved with 1 votes, and its policy approves without any; take one":    func(s *tally.Snapshot) { auto(s); s.State = policy.StateApproved },
		"the snapshot has 1 votes and says 0; the limit is 500; take one":                         func(s *tally.Snapshot) { s.Cast = 0 },
		"the snapshot has 2 votes and says 1; the limit is 500; take one":                         func(s *tally.Snapshot) { s.Past = s.Votes },
		"the snapshot has 501 votes and says 501; the limit is 500; take one":                     func(s *tally.Snapshot) { s.Cast, s.Past = 501, make([]policy.CountedVote, 500) },
		"the snapshot is in round 0 after 1 votes; take one":                                      func(s *tally.Snapshot) { s.Round = 0 },
		"the snapshot is in round 3 after 1 votes; take one":                                      func(s *tally.Snapshot) { s.Round = 3 },
		"the snapshot is changes-requested in round 1, and none of 1 votes asks for it; take one": func(s *tally.Snapshot) { s.State = policy.StateChangesRequested },
		"the snapshot is changes-requested in round 2, and none of 1 votes asks for it; take one": func(s *tally.Snapshot) {
			s.State, s.Round, s.Votes[0].Round, s.Votes[0].Choice = policy.StateChangesRequested, 2, 2, policy.ChoiceRequestChanges
		},
		"policy: the audit has no entry, and each gate has one that it was opened; ": func(s *tally.Snapshot) { s.Audit.Entries = nil },
		"policy: the audit has 501 entries, and a gate keeps 500; ":                  func(s *tally.Snapshot) { s.Audit.Entries = make([]policy.AuditEntry, 501) },
		"the snapshot has 2 delegations, which are too many or in a circle; take one": func(s *tally.Snapshot) {
			s.Delegations = []policy.Delegation{{From: "a", To: "b"}, {From: "b", To: "a"}}
		},
		"the snapshot has 501 delegations, which are too many or in a circle; take one":                         func(s *tally.Snapshot) { s.Delegations = make([]policy.Delegation, 501) },
		"the snapshot has a vote for rule 1, which is not there; take one":                                      func(s *tally.Snapshot) { s.Votes[0].Rules = []int{0, 1} },
		"the snapshot has a vote for rule -1, which is not there; take one":                                     func(s *tally.Snapshot) { s.Votes[0].Rules = []int{-1} },
		"the snapshot has a vote for rule 0, which is not there; take one":                                      func(s *tally.Snapshot) { s.Votes[0].Rules = []int{0, 0} },
		"the snapshot has a vote, number 2, that was not counted in its round and stage; take one":              func(s *tally.Snapshot) { s.Cast, s.Votes = 2, append(s.Votes, s.Votes[0]) },
		"the snapshot has a vote, number 1, that was not counted in its round and stage; take one":              func(s *tally.Snapshot) { s.Votes[0].Person = "" },
		"policy: stage 1: need of rule 1 is 1099511627776; at least 1 approval must be needed, and at most 100": func(s *tally.Snapshot) { s.Policy.Stages[0].Rules[0].Need = 1 << 40 },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			s := play(t, policy.Quorum(2, "finance"), cast(yes("ann"))).Snapshot()
			_, err := tally.Restore(s)
			require.NoError(t, err)
			change(&s)
			_, err = tally.Restore(s)
			require.ErrorContains(t, err, want)
		})
	}
	for name, change := range map[string]func(*policy.CountedVote){
		"an unknown choice": func(c *policy.CountedVote) { c.Choice = "" },
		"another stage":     func(c *policy.CountedVote) { c.Stage = 1 },
		"another round":     func(c *policy.CountedVote) { c.Round = 2 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := play(t, policy.Quorum(2, "finance"), cast(yes("ann"))).Snapshot()
			change(&s.Votes[0])
			_, err := tally.Restore(s)
			require.ErrorContains(t, err, "number 1")
		})
	}
}

// A snapshot is not asked whether its policy can be fulfilled: one that needs all
// of nobody, or of people who are not known, must not be a yes.
func TestRestoredRulesOfNobody(t *testing.T) {
	t.Parallel()
	for name, from := range map[string]policy.Selector{"nobody is left": users("eve"), "nobody is known": groups("law")} {
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
