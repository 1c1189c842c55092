package tally_test

import (
	"testing"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func add(to policy.Selector, rule string) policy.Escalation {
	return policy.Escalation{After: time.Hour, To: to, Rule: rule}
}

func instead(to policy.Selector, rule string) policy.Escalation {
	e := add(to, rule)
	e.Replace = true
	return e
}

func named(name string, r policy.Rule) policy.Rule {
	r.Name = name
	return r
}

func ladder(p policy.Policy, steps ...policy.Escalation) policy.Policy {
	p.Stages[0].Escalations, p.Stages[0].RejectThreshold = steps, 9
	return p
}

func TestEscalation(t *testing.T) {
	t.Parallel()
	type steps = []step
	one, all := need(2, users("ann", "bob")), policy.Rule{All: true, From: users("ann", "bob")}
	xy := func() policy.Policy {
		return rules(named("x", need(1, users("ann", "cat"))), named("y", need(1, users("bob"))))
	}
	final := func(p policy.Policy) policy.Policy { p.FinalVotes = true; return p }
	except := policy.Selector{Groups: []string{"finance"}, Except: []string{"tom"}}
	both := policy.Selector{Users: []string{"ann", "tom"}, Except: []string{"tom"}}
	delegated := ladder(xy(), add(groups("fin"), "y"))
	delegated.AllowDelegation = true
	for name, s := range map[string]script{
		"there is none": {rules(one), nil, steps{noStep}, policy.StateOpen},
		"others may decide too": {ladder(rules(one), add(users("zoe"), "")), nil, steps{refused(tally.ReasonNotEligible,
			cast(yes("zoe"))), escalate, noStep, cast(yes("zoe"), yes("ann"))}, policy.StateApproved},
		"only others may": {ladder(rules(one), instead(users("zoe", "yan"), "")), nil, steps{
			escalate,
			refused(tally.ReasonNotEligible, cast(yes("ann"))), cast(yes("zoe"), yes("yan")),
		}, policy.StateApproved},
		"votes stay": {ladder(rules(one), instead(users("zoe"), "")), nil, steps{
			cast(yes("ann")), escalate, missing(1),
			cast(yes("zoe")),
		}, policy.StateApproved},
		"votes stay, also final ones": {ladder(final(rules(one)), instead(users("zoe"), "")), nil, steps{
			cast(yes("ann"), no("bob")),
			is(policy.StateOpen), escalate, is(policy.StateOpen), cast(yes("zoe")),
		}, policy.StateApproved},
		"no one is left after the last one": {
			ladder(final(rules(need(2, users("ann", "bob", "cat")))), instead(users("zoe"), "")), nil,
			steps{cast(no("ann"), no("bob")), is(policy.StateOpen), escalate},
			policy.StateRejected,
		},
		"no one has voted, and one is left": {ladder(final(rules(one)), instead(users("zoe"), "")), nil, steps{
			escalate,
			why("too few people are left who could approve"),
		}, policy.StateRejected},
		"only the rule that is named": {ladder(xy(), add(users("zoe"), "y")), nil, steps{
			escalate, cast(yes("zoe")), missing(1),
			cast(yes("cat")),
		}, policy.StateApproved},
		"a vote counts for more rules": {ladder(xy(), add(users("cat"), "y")), nil, steps{
			cast(yes("ann"), yes("cat")), missing(1),
			escalate,
		}, policy.StateApproved},
		"in the order of the ladder": {ladder(rules(one), add(users("c"), ""), add(users("d"), "")), nil, steps{
			escalate,
			refused(tally.ReasonNotEligible, cast(yes("d"))), escalate, cast(yes("c"), yes("d")),
		}, policy.StateApproved},
		"not when it is closed": {ladder(rules(one), add(users("zoe"), "")), nil, steps{cancel, noStep}, policy.StateCanceled},
		"all are the others": {ladder(rules(all), instead(users("bob", "zoe"), "")), nil, steps{
			cast(yes("ann")), escalate,
			missing(2), cast(yes("bob"), yes("zoe")),
		}, policy.StateApproved},
		"all have decided before": {
			ladder(rules(all), instead(users("ann"), "")), nil,
			steps{cast(yes("ann")), escalate},
			policy.StateApproved,
		},
		"whom it names is not excepted": {ladder(rules(need(1, except)), add(users("tom"), "")), nil, steps{refused(tally.ReasonNotEligible,
			cast(yes("tom"))), escalate, cast(yes("tom"))}, policy.StateApproved},
		"whom it does not name still is": {ladder(rules(need(1, except)), add(groups("staff"), "")), nil, steps{
			escalate,
			refused(tally.ReasonNotEligible, cast(yes("tom"))),
		}, policy.StateOpen},
		"whom it excepts may not decide": {ladder(rules(need(1, users("ann"))), add(except, "")), nil, steps{
			escalate,
			refused(tally.ReasonNotEligible, cast(yes("tom"))), cast(yes("bob")),
		}, policy.StateApproved},
		"unless the rule names them": {
			ladder(rules(need(1, users("tom"))), add(except, "")), nil,
			steps{escalate, cast(yes("tom"))},
			policy.StateApproved,
		},
		"what may come is not there yet": {ladder(final(rules(one)), add(users("zoe"), "")), nil, steps{
			cast(no("ann")), is(policy.StateOpen),
			refused(tally.ReasonNotEligible, cast(yes("zoe"))), escalate, cast(yes("zoe")),
		}, policy.StateOpen},
		"named and excepted by both": {ladder(rules(need(1, both)), add(both, "")), nil, steps{escalate, refused(tally.ReasonNotEligible,
			cast(yes("tom")))}, policy.StateOpen},
		"a delegate's vote counts for more": {delegated, nil, steps{
			delegateOf(in("ann", "fin"), "dan"), cast(yes("cat"), yesFor("ann", "dan")),
			missing(1), escalate,
		}, policy.StateApproved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}
