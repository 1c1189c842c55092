package policy_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// tooFew is what Lint says about a stage that too few people can approve.
func tooFew(stage, need, most int) string {
	return fmt.Sprintf("stage %d: %d approvals are needed, each of another person, and at most %d are possible; "+
		"ask for fewer, or let more people decide", stage, need, most)
}

func TestLint(t *testing.T) {
	t.Parallel()
	hr := policy.LintOptions{Requester: "eve", GroupMembers: policy.GroupMembers{"hr": {"joe", "eve"}, "empty": nil}}
	hundreds := rules(need(100, groups("a")), need(100, groups("b")))
	again := policy.Quorum(1, "f")
	again.MaxRounds = 2
	once := policy.Quorum(1, "f")
	once.MaxRounds = 1
	allowed := policy.AllOf("eve")
	allowed.AllowRequester = true
	excluded := policy.AnyOf("ann")
	excluded.Excluded = []string{"Ann"}
	for name, c := range map[string]struct {
		policy policy.Policy
		o      policy.LintOptions
		want   string
	}{
		"a group of unknown members": {policy: policy.Quorum(9, "finance"), o: requester},
		"an invalid policy": {policy: policy.Quorum(0, "f"), o: requester, want: "stage 1: rule 1 needs 0 approvals; write 1 " +
			"to 100, or all"},
		"a long requester": {
			policy: policy.Quorum(1, "f"), o: policy.LintOptions{Requester: tooLong},
			want: "the requester has 201 bytes; write 1 to 200 bytes of UTF-8",
		},
		"rounds without a requester": {policy: again, want: "maxRounds is 2, and there is no requester who could make the request " +
			"again; name one"},
		"one round without a requester": {policy: once},
		"an escalation of another rule": {policy: escalated(rules(named("x", all(users("ann"))), named("y", need(1, users("bob")))),
			replace(groups("fin"), "y")), o: requester},
		"all of unknown members": {
			policy: policy.Stages(rules(all(groups("fin")))), o: requester,
			want: "stage 1: rule 1 needs all of groups whose members are unknown; give their members",
		},
		"all of unknown members later": {
			policy: escalated(rules(all(users("ann"))), replace(groups("fin"), "")), o: requester,
			want: "stage 1: escalation 1 is to groups whose members are unknown, and rule 1 needs all of them; give their members",
		},
		"as many approvals as a gate keeps": {policy: policy.Stages(hundreds, hundreds, rules(need(100, groups("a")))), o: requester},
		"more approvals than a gate keeps": {
			policy: policy.Stages(hundreds, hundreds, rules(need(100, groups("a")), need(1, groups("b")))),
			o:      requester, want: "501 approvals are needed in total, and a gate keeps 500 votes; ask for fewer",
		},
		"the requester does not count": {
			policy: policy.Stages(rules(need(3, users("ann", "bob", "ann", "eve")))), o: requester,
			want: tooFew(1, 3, 2),
		},
		"all is the requester":             {policy: policy.AllOf("eve"), o: requester, want: tooFew(1, 1, 0)},
		"the requester may decide":         {policy: allowed, o: requester},
		"an excluded person in other case": {policy: excluded, o: requester, want: tooFew(1, 1, 0)},
		"known members":                    {policy: policy.Quorum(2, "hr"), o: hr, want: tooFew(1, 2, 1)},
		"no known member": {
			policy: policy.Stages(rules(need(1, groups("empty")), need(1, users("eve")))), o: hr,
			want: tooFew(1, 2, 0),
		},
		"an unknown group beside": {
			policy: policy.Stages(rules(need(1, groups("finance")), need(2, users("ann")))), o: requester,
			want: tooFew(1, 2, 1),
		},
		"one person in two cases": {
			policy: policy.Quorum(2, "hr"),
			o:      policy.LintOptions{GroupMembers: policy.GroupMembers{"hr": {"ann", "Ann"}}}, want: tooFew(1, 2, 1),
		},
		"managers of no name": {
			policy: policy.Quorum(1, "f"), o: policy.LintOptions{Managers: users("")},
			want: "name 1 in users of the managers has 0 bytes; write 1 to 200 bytes of UTF-8",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireProblems(t, lines(c.want), policy.Lint(c.policy, c.o))
		})
	}
}

// An escalation that adds people can make a stage feasible. One that removes people
// does not make it infeasible, because they can decide before.
func TestLintOfEscalations(t *testing.T) {
	t.Parallel()
	two, everyone := rules(need(2, users("ann"))), all(users("ann", "bob"))
	for name, c := range map[string]struct {
		policy   policy.Policy
		feasible bool
	}{
		"adds a second person":      {policy: escalated(two, add(users("bob"), "")), feasible: true},
		"replaces the first person": {policy: escalated(two, replace(users("bob"), "")), feasible: true},
		"adds the same person":      {policy: escalated(two, add(users("ann"), ""))},
		"the second adds a person":  {policy: escalated(two, add(users("ann"), ""), add(users("bob"), "")), feasible: true},
		"adds to another rule":      {policy: escalated(rules(two.Rules[0], named("y", need(1, users("cat")))), add(users("bob"), "y"))},
		"adds an unknown group":     {policy: escalated(two, add(groups("finance"), "")), feasible: true},
		"replaces an unknown group": {policy: escalated(rules(named("x", need(2, groups("finance"))), named("y", two.Rules[0])),
			replace(users("cat"), "x"), add(users("bob"), "y")), feasible: true},
		"all, with more people later":    {policy: escalated(rules(everyone), replace(users("a", "b", "c"), "")), feasible: true},
		"all is the person of the other": {policy: escalated(rules(named("x", everyone), need(1, users("ann"))), replace(users("ann"), "x"))},
		"all is another person": {
			policy:   escalated(rules(named("x", everyone), need(1, users("ann"))), replace(users("bob"), "x")),
			feasible: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := policy.Lint(c.policy, requester)
			require.Equal(t, c.feasible, err == nil, "%v", err)
		})
	}
}

func TestLintLimits(t *testing.T) {
	t.Parallel()
	wide := policy.Stages(slices.Repeat([]policy.Stage{rules(need(1, groups(many("g", 500)...)))}, 10)...)
	excluding := wide
	excluding.Excluded = []string{"tom"}
	rulesOf := func(n int) policy.Policy {
		return policy.Stages(slices.Repeat([]policy.Stage{rules(slices.Repeat([]policy.Rule{need(1, groups("g"))}, n)...)}, 4)...)
	}
	emptyGroups := policy.GroupMembers{}
	for _, g := range many("g", 5001) {
		emptyGroups[g] = nil
	}
	const tooMany = "there are 5001 members of groups; give at most 5000, or let actors claim their groups"
	for name, c := range map[string]struct {
		policy  policy.Policy
		members policy.GroupMembers
		want    string
	}{
		"5000 names in lists":   {policy: wide},
		"5001 names in lists":   {policy: excluding, want: "there are 5001 names in all lists; write at most 5000"},
		"64 rules":              {policy: rulesOf(16)},
		"68 rules":              {policy: rulesOf(17), want: "there are 68 rules in all stages; write at most 64"},
		"5000 members":          {policy: policy.Quorum(1, "x"), members: policy.GroupMembers{"crowd": many("p", 5000)}},
		"5001 members":          {policy: policy.Quorum(1, "x"), members: policy.GroupMembers{"crowd": many("p", 5001)}, want: tooMany},
		"5001 groups of no one": {policy: policy.Quorum(1, "x"), members: emptyGroups, want: tooMany},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireProblems(t, lines(c.want), policy.Lint(c.policy, policy.LintOptions{GroupMembers: c.members}))
		})
	}
}

func TestCheckReassignedLooksAtTheStage(t *testing.T) {
	t.Parallel()
	p := policy.Stages(rules(need(1, users("ann"))), rules(all(groups("fin"))))
	members := policy.GroupMembers{"hr": {"joe"}}
	require.NoError(t, p.CheckReassigned(0, members))
	require.ErrorContains(t, p.CheckReassigned(1, members), "stage 2: rule 1 needs all of groups whose members are unknown; ")
	p.Stages[0].Rules[0].From.Except = []string{"HR"}
	require.ErrorContains(t, p.CheckReassigned(0, members), "name 1 in except of rule 1 of stage 1 is the name of a group, ")
	p.Stages[0].Rules[0].Need = 0
	require.ErrorContains(t, p.CheckReassigned(0, members), "rule 1 needs 0 approvals; ")
}
