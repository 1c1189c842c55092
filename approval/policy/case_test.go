package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A person who signs in as Eve is no other person than eve: not beside the requester,
// those whom the policy keeps out, nor themselves.
func TestCaseMakesNoOtherPerson(t *testing.T) {
	t.Parallel()
	type steps = []step
	p := policy.Policy{Need: 2, Group: "finance", Barred: []string{"Mallory"}, AllowDelegation: true}
	except := rules(need(1, policy.Selector{Groups: []string{"finance"}, Except: []string{"tom"}}))
	staged := policy.InStages(policy.Stage{Rules: []policy.Rule{need(1, groups("finance"))}}, policy.Stage{Rules: []policy.Rule{need(1, groups("finance"))}})
	for name, s := range map[string]script{
		"the requester":                      {p, nil, steps{refused(policy.SelfApproval, cast(yes("Eve"))), refused(policy.SelfApproval, cast(yes("EVE")))}, policy.Open},
		"who is barred":                      {p, nil, steps{refused(policy.NotEligible, cast(yes("mallory"))), refused(policy.NotEligible, cast(yes("MALLORY")))}, policy.Open},
		"who is excepted":                    {except, nil, steps{refused(policy.NotEligible, cast(yes("Tom")))}, policy.Open},
		"who has voted":                      {p, nil, steps{cast(yes("ann")), refused(policy.AlreadyVoted, cast(yes("Ann"))), missing(1)}, policy.Open},
		"who changes their mind":             {policy.Policy{Need: 2, Group: "finance", Veto: 2}, nil, steps{cast(yes("ann"), no("Ann")), missing(2)}, policy.Open},
		"who has approved a stage":           {staged, nil, steps{cast(yes("ann")), refused(policy.AlreadyVoted, cast(yes("ANN"))), cast(yes("bob"))}, policy.Approved},
		"to whom the requester delegates":    {p, nil, steps{refused(policy.SelfApproval, delegate("Eve", "dan")), refused(policy.SelfApproval, delegate("ann", "Eve"))}, policy.Open},
		"to oneself":                         {p, nil, steps{refused(policy.Malformed, delegate("ann", "Ann"))}, policy.Open},
		"in a circle":                        {p, nil, steps{delegate("ann", "bob"), refused(policy.NotAllowed, delegate("BOB", "Ann"))}, policy.Open},
		"for whom a delegate decides":        {p, nil, steps{delegate("ann", "dan"), cast(yesFor("Ann", "DAN")), refused(policy.AlreadyVoted, cast(yes("ann")))}, policy.Open},
		"a letter of three cases":            {policy.Policy{Need: 2, Group: "finance", Barred: []string{"sam"}}, nil, steps{refused(policy.NotEligible, cast(yes("\u017fam")))}, policy.Open},
		"who is in the roster in both cases": {policy.Quorum(1, "finance"), policy.Roster{"finance": {"ann", "Ann"}}, steps{cast(yes("Ann"))}, policy.Approved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
	err := policy.Lint(policy.Quorum(2, "finance"), policy.Opening{Requester: "eve", Roster: policy.Roster{"finance": {"ann", "Ann", "Eve"}}})
	says(t, "stage 1: 2 approvals are needed, each of another person, and 1 can be had at most of those who may decide; ask for fewer, or let more decide", err)
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
	roster := policy.Roster{"hr": {"Joe", "zoe"}, "Hr": {"ZOE", "Kim"}}
	of := func(actor policy.Actor) policy.Vote { return policy.Vote{Actor: actor, Choice: policy.Approve} }
	for name, s := range map[string]script{
		"another user, by default":       {exact, nil, steps{refused(policy.NotEligible, cast(yesOf("ann@example.com")))}, policy.Open},
		"another group, by default":      {exact, nil, steps{refused(policy.NotEligible, cast(yesOf("bob", "finance")))}, policy.Open},
		"the same user":                  {folded, nil, steps{cast(yesOf("ANN@example.COM"))}, policy.Approved},
		"the same group":                 {folded, nil, steps{cast(yesOf("bob", "FINANCE"))}, policy.Approved},
		"a group of the roster":          {folded, roster, steps{refused(policy.NotEligible, cast(yesOf("bob", "HR"))), cast(yesOf("jOE"))}, policy.Approved},
		"two groups of the roster":       {folded, roster, steps{cast(yesOf("KIM"))}, policy.Approved},
		"a delegate":                     {folded, nil, steps{delegateOf(in("BOB", "finance"), "DAN"), cast(yesFor("Bob", "dan"))}, policy.Approved},
		"who makes it again":             {folded, nil, steps{cast(policy.Vote{Actor: in("bob", "Finance"), Choice: policy.RequestChanges}), resubmit("EVE", "d2")}, policy.Open},
		"who takes it back":              {folded, nil, steps{withdraw("Eve")}, policy.Withdrawn},
		"not who takes it back":          {exact, nil, steps{refused(policy.NotEligible, withdraw("Eve"))}, policy.Open},
		"reassigned":                     {folded, nil, steps{reassign(instead(users("Zoe"), "")), refused(policy.NotEligible, cast(yesOf("bob", "finance"))), cast(yesOf("ZOE"))}, policy.Approved},
		"an escalation":                  {folding(ladder(rules(need(1, users("ann"))), instead(users("Boss"), ""))), nil, steps{escalate, cast(yesOf("BOSS"))}, policy.Approved},
		"all, in two cases, are one":     {folding(policy.Everyone("ann", "ANN", "Bob")), nil, steps{missing(2), cast(yes("Ann"), yes("bob"))}, policy.Approved},
		"one person in both, and a vote": {folding(policy.Everyone("ann", "bob")), nil, steps{cast(of(in("ANN"))), refused(policy.AlreadyVoted, cast(of(in("ann"))))}, policy.Open},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally := s.run(t)
			require.JSONEq(t, text(t, tally.Snapshot()), text(t, again(t, tally.Snapshot()).Snapshot()))
		})
	}
	tally := play(t, folded, cast(policy.Vote{Actor: in("BOB", "Finance", "Other"), Choice: policy.RequestChanges}))
	require.Equal(t, in("bob", "finance"), tally.Votes()[0].Actor, "names are kept in one case")
	require.True(t, tally.Holds(policy.Selector{Groups: []string{"OPS"}}, in("max", "ops")))
	owner, ok := tally.Awaits(in("Eve"))
	require.True(t, ok)
	require.Empty(t, owner)
	require.True(t, tally.IsRequester("EVE"))
	require.False(t, tally.IsRequester(""))
}
