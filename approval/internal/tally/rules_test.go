package tally_test

import (
	"testing"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestRules(t *testing.T) {
	t.Parallel()
	type steps = []step
	finAndMgr := rules(need(1, groups("fin")), need(1, groups("mgr")))
	all := func(from policy.Selector) policy.Policy { return rules(policy.Rule{All: true, From: from}) }
	lenient := func(p policy.Policy) policy.Policy { p.Stages[0].RejectThreshold = 9; return p }
	final := func(p policy.Policy) policy.Policy { p.FinalVotes = true; return p }
	delegating := func(p policy.Policy) policy.Policy { p.AllowDelegation = true; return p }
	barred := func(p policy.Policy, ids ...string) policy.Policy { p.Excluded = ids; return p }
	fin := policy.GroupMembers{"fin": {"ann", "bob", "cat"}}
	for name, s := range map[string]script{
		"all of those named": {all(users("ann", "bob")), nil, steps{
			missing(2), cast(yes("bob")), missing(1),
			cast(yes("ann")),
		}, policy.StateApproved},
		"all of a group": {
			all(groups("fin")), fin,
			steps{cast(yes("ann"), yes("bob")), missing(1), cast(yes("cat"))},
			policy.StateApproved,
		},
		"all, named twice, are one": {all(users("ann", "ann")), nil, steps{cast(yes("ann"))}, policy.StateApproved},
		"all but for the requester": {all(users("ann", "eve")), nil, steps{
			refused(tally.ReasonSelfApproval, cast(yes("eve"))),
			cast(yes("ann")),
		}, policy.StateApproved},
		"all but for who is barred": {barred(all(users("ann", "bob")), "bob"), nil, steps{refused(tally.ReasonNotEligible,
			cast(yes("bob"))), cast(yes("ann"))}, policy.StateApproved},
		"one of those named": {policy.AnyOf("ann", "bob"), nil, steps{
			refused(tally.ReasonNotEligible, cast(yes("cat"))),
			cast(yes("bob")),
		}, policy.StateApproved},
		"both rules need another person": {finAndMgr, nil, steps{
			cast(yesOf("x", "fin", "mgr")), missing(1),
			refused(tally.ReasonAlreadyVoted, cast(yesOf("x", "fin", "mgr"))),
		}, policy.StateOpen},
		"who is in both makes room": {
			finAndMgr, nil,
			steps{cast(yesOf("x", "fin", "mgr"), yesOf("y", "fin"))},
			policy.StateApproved,
		},
		"in the other order too": {
			finAndMgr, nil,
			steps{cast(yesOf("y", "fin"), yesOf("x", "fin", "mgr"))},
			policy.StateApproved,
		},
		"two for one rule are not enough": {
			finAndMgr, nil,
			steps{cast(yesOf("y", "fin"), yesOf("z", "fin")), missing(1)},
			policy.StateOpen,
		},
		"a veto of any rule": {
			finAndMgr, nil,
			steps{cast(tally.Vote{Actor: in("y", "mgr"), Choice: policy.ChoiceReject})},
			policy.StateRejected,
		},
		"the roster counts, not what is claimed": {rules(need(1, groups("fin"))), fin, steps{refused(tally.ReasonNotEligible, cast(yesOf("dan",
			"fin"))), cast(yesOf("ann"))}, policy.StateApproved},
		"a group that is not in the roster": {
			rules(need(1, groups("fin", "mgr"))), fin,
			steps{cast(yesOf("dan", "mgr"))},
			policy.StateApproved,
		},
		"who is excepted from a group": {
			rules(need(1, policy.Selector{Groups: []string{"finance"}, Except: []string{"ann"}})), nil,
			steps{refused(tally.ReasonNotEligible, cast(yes("ann"))), cast(yes("bob"))},
			policy.StateApproved,
		},
		"excepted, though named": {
			rules(need(1, policy.Selector{Users: []string{"ann", "bob"}, Except: []string{"ann"}})), nil,
			steps{refused(tally.ReasonNotEligible, cast(yes("ann")))},
			policy.StateOpen,
		},
		"barred, though named": {barred(policy.AnyOf("ann", "bob"), "ann"), nil, steps{refused(tally.ReasonNotEligible,
			cast(yes("ann")))}, policy.StateOpen},
		"final votes stay": {final(quorum(policy.Policy{}, 2, "finance", 2)), nil, steps{
			cast(no("ann")),
			refused(tally.ReasonAlreadyVoted, cast(yes("ann"))),
		}, policy.StateOpen},
		"too few are left": {final(lenient(rules(need(2, users("ann", "bob", "cat"))))), nil, steps{
			cast(no("ann")),
			is(policy.StateOpen), cast(no("bob")), why("too few people are left who could approve"),
		}, policy.StateRejected},
		"too few are left in a roster": {
			final(lenient(rules(need(3, groups("fin"))))), fin,
			steps{cast(no("ann"))},
			policy.StateRejected,
		},
		"who may change their mind is left": {lenient(rules(need(2, users("ann", "bob", "cat")))), nil, steps{
			cast(no("ann"), no("bob")),
			is(policy.StateOpen), cast(yes("ann"), yes("bob")),
		}, policy.StateApproved},
		"the members are not known": {
			final(lenient(rules(need(2, groups("finance"))))), nil,
			steps{cast(no("ann"), no("bob"))},
			policy.StateOpen,
		},
		"one rule is out of reach": {
			final(lenient(rules(need(1, groups("finance")), need(1, users("ann"))))), nil,
			steps{cast(no("bob")), is(policy.StateOpen), cast(no("ann"))},
			policy.StateRejected,
		},
		"an approval counts where it is needed": {
			final(lenient(rules(need(1, users("ann", "bob")), need(1, users("ann", "cat"))))), nil,
			steps{cast(yes("ann"), no("bob")), is(policy.StateOpen), cast(yes("cat"))},
			policy.StateApproved,
		},
		"delegates are no more people": {delegating(final(lenient(rules(need(2, users("ann", "bob")))))), nil, steps{delegate("ann",
			"dan"), cast(no("bob"))}, policy.StateRejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}
