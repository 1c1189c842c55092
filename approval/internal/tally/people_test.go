package tally_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Each stage needs other people, unless the policy says that it does not: no one
// approves two, in person or through another.
func TestEachStageNeedsOtherPeople(t *testing.T) {
	t.Parallel()
	type steps = []step
	p := policy.Stages(
		policy.Stage{Rules: []policy.Rule{need(1, groups("finance"))}, RejectThreshold: 2}, policy.Stage{Rules: []policy.Rule{need(1,
			groups("finance", "board"))}, RejectThreshold: 2})
	p.AllowDelegation, p.AllowEdits, p.MaxRounds = true, true, 2
	repeat := p
	repeat.AllowRepeat = true
	final := policy.Stages(p.Stages[0], policy.Stage{Rules: []policy.Rule{need(1, users("ann"))}})
	all := policy.Stages(p.Stages[0], policy.Stage{Rules: []policy.Rule{{All: true, From: users("ann", "bob")}}})
	refusedTwice := refused(tally.ReasonAlreadyVoted, cast(yes("ann")))
	edit := yes("ann")
	edit.Edited = "d2"
	for name, s := range map[string]script{
		"in two groups": {p, nil, steps{cast(yesOf("ann", "finance", "board")), refused(tally.ReasonAlreadyVoted,
			cast(yesOf("ann", "finance", "board")))}, policy.StateOpen},
		"another is needed":            {p, nil, steps{cast(yes("ann")), refusedTwice, cast(yes("bob"))}, policy.StateApproved},
		"the policy allows it":         {repeat, nil, steps{cast(yes("ann"), yes("ann"))}, policy.StateApproved},
		"a rejection counts in each":   {p, nil, steps{cast(no("tom"), yes("ann"), no("ann"), no("tom"))}, policy.StateRejected},
		"who has rejected may approve": {p, nil, steps{cast(no("tom"), yes("ann"), yes("tom"))}, policy.StateApproved},
		"who has changed their mind":   {p, nil, steps{cast(no("ann"), yes("ann")), refusedTwice}, policy.StateOpen},
		"an owner, after the delegate": {p, nil, steps{delegate("ann", "dan"), cast(yesFor("ann", "dan")), refusedTwice}, policy.StateOpen},
		"a delegate, after the owner": {p, nil, steps{delegate("ann", "dan"), cast(yes("ann")), refused(tally.ReasonAlreadyVoted,
			cast(yesFor("ann", "dan")))}, policy.StateOpen},
		"a delegate for two owners": {p, nil, steps{
			delegate("ann", "dan"), delegate("bob", "dan"), cast(yesFor("ann", "dan")),
			refused(tally.ReasonAlreadyVoted, cast(yesFor("bob", "dan"))),
		}, policy.StateOpen},
		"a delegate in person": {p, nil, steps{delegate("ann", "bob"), cast(tally.Vote{
			Actor:  member("bob"),
			Choice: policy.ChoiceApprove, For: "ann",
		}), refused(tally.ReasonAlreadyVoted, cast(yes("bob")))}, policy.StateOpen},
		"for another, after in person": {p, nil, steps{cast(yes("ann")), delegate("bob", "ann"), refused(tally.ReasonAlreadyVoted,
			cast(tally.Vote{Actor: member("ann"), Choice: policy.ChoiceApprove, For: "bob"}))}, policy.StateOpen},
		"a new round starts at zero": {p, nil, steps{cast(yes("ann"), ask("ann")), resubmit("eve", "d3"), cast(round(2, yes("ann")),
			round(2, yes("bob")))}, policy.StateApproved},
		"an edit starts at zero": {p, nil, steps{
			cast(yes("ann"), edit), refused(tally.ReasonAlreadyVoted, cast(round(2, yes("ann")))),
			cast(round(2, yes("bob"))),
		}, policy.StateApproved},
		"a stage that a timeout has ended": {withTimeout(p), nil, steps{cast(no("bob")), expire, cast(yes("bob"))}, policy.StateApproved},
		"no one is left for the last": {
			final, nil,
			steps{cast(yes("ann")), why("too few people are left who could approve")},
			policy.StateRejected,
		},
		"a person is":        {final, nil, steps{cast(yes("bob"), yes("ann"))}, policy.StateApproved},
		"all are all others": {all, nil, steps{cast(yes("ann")), missing(1), refusedTwice, cast(yes("bob"))}, policy.StateApproved},
		"all are all, when it is allowed": {
			repeating(all), nil,
			steps{cast(yes("ann")), missing(2), cast(yes("ann"), yes("bob"))},
			policy.StateApproved,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

func withTimeout(p policy.Policy) policy.Policy {
	p.Stages = slices.Clone(p.Stages)
	p.Stages[0].OnTimeout = policy.ApproveOnTimeout
	return p
}

func repeating(p policy.Policy) policy.Policy {
	p.AllowRepeat = true
	return p
}

// Stages that no one could approve together are an error before the gate opens.
func TestLintOfStagesTogether(t *testing.T) {
	t.Parallel()
	stage := func(r ...policy.Rule) policy.Stage { return policy.Stage{Rules: r} }
	all := func(ids ...string) policy.Rule { return policy.Rule{All: true, From: users(ids...)} }
	together := func(need, got int) string {
		return fmt.Sprintf("the stages need %d approvals, each of another person, and at most %d are possible; let more people decide, or "+
			"set allowRepeat", need, got)
	}
	one := stage(need(1, users("ann")))
	climbing, waiting := one, one
	climbing.Escalations = []policy.Escalation{add(users("bob"), "")}
	waiting.OnTimeout = policy.ApproveOnTimeout
	for name, c := range map[string]struct {
		policy policy.Policy
		want   string
	}{
		"one for both":               {policy.Stages(one, one), together(2, 1)},
		"one for both, which may be": {repeating(policy.Stages(one, one)), ""},
		"two for three":              {policy.Stages(one, stage(need(2, users("ann", "bob")))), together(3, 2)},
		"three for three":            {policy.Stages(one, stage(need(2, users("ann", "bob", "cat")))), ""},
		"the requester is none":      {policy.Stages(one, stage(need(1, users("ann", "eve")))), together(2, 1)},
		"another case is none":       {policy.Stages(one, stage(need(1, users("Ann")))), together(2, 1)},
		"a ladder lets another in":   {policy.Stages(one, climbing), ""},
		"people who are not known":   {policy.Stages(one, stage(need(1, groups("finance")))), ""},
		"people of the roster":       {policy.Stages(one, stage(need(1, groups("hr")))), together(2, 1)},
		"all are those who are left": {policy.Stages(one, stage(all("ann", "bob"))), ""},
		"all, and no one is left":    {policy.Stages(one, stage(all("ann"))), together(2, 1)},
		"a timeout approves":         {policy.Stages(waiting, one), ""},
		"twenty stages, nineteen people": {
			policy.Stages(slices.Repeat([]policy.Stage{stage(need(1, users(many("p", 19)...)))}, 20)...),
			together(20, 19),
		},
		"sixty rules in twenty stages": {policy.Stages(slices.Repeat([]policy.Stage{stage(slices.Repeat([]policy.Rule{need(1, users(many("p",
			60)...))}, 3)...)}, 20)...), ""},
		"sixty rules, one person too few ": {policy.Stages(slices.Repeat([]policy.Stage{stage(slices.Repeat([]policy.Rule{need(1, users(many("p",
			59)...))}, 3)...)}, 20)...), together(60, 59)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			says(t, c.want, policy.Lint(c.policy, policy.LintOptions{Requester: "eve", GroupMembers: policy.GroupMembers{"hr": {"ann"}}}))
		})
	}
}

// A name of a group is refused where a person should stand, and two rules of one name.
func TestLintOfNames(t *testing.T) {
	t.Parallel()
	o := tally.Options{Requester: "eve", GroupMembers: policy.GroupMembers{"dev": {"ann", "kim"}, "contractor": {"kim"}}}
	dev := func(s policy.Selector) policy.Selector { s.Groups = append(s.Groups, "dev"); return s }
	text := func(n int, where string) string {
		return fmt.Sprintf("name %d in %s is the name of a group, and only people belong there; name its members, or list the group under "+
			"groups", n, where)
	}
	barred := policy.Quorum(1, "dev")
	barred.Excluded = []string{"sam", "contractor"}
	unknown := rules(need(1, policy.Selector{Groups: []string{"staff", "temps"}, Except: []string{"temps"}}))
	for want, p := range map[string]policy.Policy{
		"":                                     rules(need(1, dev(policy.Selector{Except: []string{"kim"}}))),
		text(1, "except of rule 1 of stage 1"): rules(need(1, dev(policy.Selector{Except: []string{"contractor"}}))),
		text(1, "except of rule 1 of stage 1") + " ": unknown,
		text(2, "users of rule 1 of stage 1"):        rules(need(1, policy.Selector{Users: []string{"ann", "Dev"}})),
		text(2, "excluded"):                          barred,
		text(1, "except of escalation 1 of stage 1"): ladder(rules(need(1, groups("dev"))), add(policy.Selector{
			Users:  []string{"zoe"},
			Except: []string{"contractor"},
		}, "")),
		"stage 1: rule 2 has the name of an earlier rule, so an escalation would change both; give it another name": rules(named("p1", need(1,
			groups("dev"))), named("p1", need(1, groups("dev")))),
	} {
		says(t, want, policy.Lint(p, o.Lint()))
	}
	o.Managers = policy.Selector{Groups: []string{"ops"}, Except: []string{"contractor"}}
	says(t, text(1, "except of the managers"), policy.Lint(policy.Quorum(1, "dev"), o.Lint()))
	gate := play(t, policy.Quorum(1, "finance"))
	err := reassign(add(policy.Selector{Users: []string{"zoe"}, Except: []string{"finance"}}, ""))(gate)
	require.ErrorIs(t, err, tally.ReasonMalformed)
	require.ErrorContains(t, err, text(1, "except of rule 1 of stage 1"))
}
