package tally_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A person who signs in as Eve is no other person than eve: not beside the requester,
// those whom the policy keeps out, nor themselves.
func TestCaseMakesNoOtherPerson(t *testing.T) {
	t.Parallel()
	type steps = []step
	p := quorum(policy.Policy{Excluded: []string{"Mallory"}, AllowDelegation: true}, 2, "finance", 0)
	except := rules(need(1, policy.Selector{Groups: []string{"finance"}, Except: []string{"tom"}}))
	staged := policy.Stages(policy.Stage{Rules: []policy.Rule{need(1, groups("finance"))}}, policy.Stage{Rules: []policy.Rule{need(1,
		groups("finance"))}})
	for name, s := range map[string]script{
		"the requester": {p, nil, steps{
			refused(tally.ReasonSelfApproval, cast(yes("Eve"))),
			refused(tally.ReasonSelfApproval, cast(yes("EVE"))),
		}, policy.StateOpen},
		"who is barred": {p, nil, steps{
			refused(tally.ReasonNotEligible, cast(yes("mallory"))),
			refused(tally.ReasonNotEligible, cast(yes("MALLORY"))),
		}, policy.StateOpen},
		"who is excepted": {except, nil, steps{refused(tally.ReasonNotEligible, cast(yes("Tom")))}, policy.StateOpen},
		"who has voted": {
			p, nil,
			steps{cast(yes("ann")), refused(tally.ReasonAlreadyVoted, cast(yes("Ann"))), missing(1)},
			policy.StateOpen,
		},
		"who changes their mind": {
			quorum(policy.Policy{}, 2, "finance", 2), nil,
			steps{cast(yes("ann"), no("Ann")), missing(2)},
			policy.StateOpen,
		},
		"who has approved a stage": {staged, nil, steps{
			cast(yes("ann")), refused(tally.ReasonAlreadyVoted, cast(yes("ANN"))),
			cast(yes("bob")),
		}, policy.StateApproved},
		"to whom the requester delegates": {p, nil, steps{
			refused(tally.ReasonSelfApproval, delegate("Eve", "dan")),
			refused(tally.ReasonSelfApproval, delegate("ann", "Eve")),
		}, policy.StateOpen},
		"to oneself": {p, nil, steps{refused(tally.ReasonMalformed, delegate("ann", "Ann"))}, policy.StateOpen},
		"in a circle": {
			p, nil,
			steps{delegate("ann", "bob"), refused(tally.ReasonNotAllowed, delegate("BOB", "Ann"))},
			policy.StateOpen,
		},
		"for whom a delegate decides": {p, nil, steps{
			delegate("ann", "dan"), cast(yesFor("Ann", "DAN")),
			refused(tally.ReasonAlreadyVoted, cast(yes("ann"))),
		}, policy.StateOpen},
		"a letter of three cases": {
			quorum(policy.Policy{Excluded: []string{"sam"}}, 2, "finance", 0), nil,
			steps{refused(tally.ReasonNotEligible, cast(yes("\u017fam")))},
			policy.StateOpen,
		},
		"who is in the roster in both cases": {
			policy.Quorum(1, "finance"),
			policy.GroupMembers{"finance": {"ann", "Ann"}},
			steps{cast(yes("Ann"))},
			policy.StateApproved,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
	err := policy.Lint(policy.Quorum(2, "finance"), policy.LintOptions{Requester: "eve", GroupMembers: policy.GroupMembers{"finance": {
		"ann",
		"Ann", "Eve",
	}}})
	says(t, "stage 1: 2 approvals are needed, each of another person, and at most 1 are possible; ask for fewer, or let more people decide",
		err)
}

// Names admit exactly, unless the policy folds their case.
func TestFoldCase(t *testing.T) {
	t.Parallel()
	type steps = []step
	exact := rules(need(1, policy.Selector{Users: []string{"Ann@Example.com"}, Groups: []string{"Finance", "HR"}}))
	exact.AllowDelegation, exact.MaxRounds = true, 2
	folded := exact
	folded.FoldCase = true
	folding := func(p policy.Policy) policy.Policy { p.FoldCase = true; return p }
	roster := policy.GroupMembers{"hr": {"Joe", "zoe"}, "Hr": {"ZOE", "Kim"}}
	of := func(actor policy.Actor) tally.Vote { return tally.Vote{Actor: actor, Choice: policy.ChoiceApprove} }
	for name, s := range map[string]script{
		"another user, by default":  {exact, nil, steps{refused(tally.ReasonNotEligible, cast(yesOf("ann@example.com")))}, policy.StateOpen},
		"another group, by default": {exact, nil, steps{refused(tally.ReasonNotEligible, cast(yesOf("bob", "finance")))}, policy.StateOpen},
		"the same user":             {folded, nil, steps{cast(yesOf("ANN@example.COM"))}, policy.StateApproved},
		"the same group":            {folded, nil, steps{cast(yesOf("bob", "FINANCE"))}, policy.StateApproved},
		"a group of the roster": {
			folded, roster,
			steps{refused(tally.ReasonNotEligible, cast(yesOf("bob", "HR"))), cast(yesOf("jOE"))},
			policy.StateApproved,
		},
		"two groups of the roster": {folded, roster, steps{cast(yesOf("KIM"))}, policy.StateApproved},
		"a delegate": {
			folded, nil,
			steps{delegateOf(in("BOB", "finance"), "DAN"), cast(yesFor("Bob", "dan"))},
			policy.StateApproved,
		},
		"who makes it again": {folded, nil, steps{
			cast(tally.Vote{Actor: in("bob", "Finance"), Choice: policy.ChoiceRequestChanges}),
			resubmit("EVE", "d2"),
		}, policy.StateOpen},
		"who takes it back":     {folded, nil, steps{withdraw("Eve")}, policy.StateWithdrawn},
		"not who takes it back": {exact, nil, steps{refused(tally.ReasonNotEligible, withdraw("Eve"))}, policy.StateOpen},
		"reassigned": {folded, nil, steps{reassign(instead(users("Zoe"), "")), refused(tally.ReasonNotEligible,
			cast(yesOf("bob", "finance"))), cast(yesOf("ZOE"))}, policy.StateApproved},
		"an escalation": {folding(ladder(rules(need(1, users("ann"))), instead(users("Boss"), ""))), nil, steps{
			escalate,
			cast(yesOf("BOSS")),
		}, policy.StateApproved},
		"all, in two cases, are one": {
			folding(policy.AllOf("ann", "ANN", "Bob")), nil,
			steps{missing(2), cast(yes("Ann"), yes("bob"))},
			policy.StateApproved,
		},
		"one person in both, and a vote": {folding(policy.AllOf("ann", "bob")), nil, steps{cast(of(in("ANN"))), refused(tally.ReasonAlreadyVoted,
			cast(of(in("ann"))))}, policy.StateOpen},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gate := s.run(t)
			require.JSONEq(t, text(t, gate.Snapshot()), text(t, again(t, gate.Snapshot()).Snapshot()))
		})
	}
	gate := play(t, folded, cast(tally.Vote{Actor: in("BOB", "Finance", "Other"), Choice: policy.ChoiceRequestChanges}))
	require.Equal(t, in("bob", "finance"), gate.Votes()[0].Actor, "names are kept in one case")
	require.True(t, gate.Matches(policy.Selector{Groups: []string{"OPS"}}, in("max", "ops")))
	owner, ok := gate.IsWaitingFor(in("Eve"))
	require.True(t, ok)
	require.Empty(t, owner)
	require.True(t, gate.IsRequester("EVE"))
	require.False(t, gate.IsRequester(""))
}
