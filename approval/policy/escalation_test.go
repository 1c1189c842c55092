package policy_test

import (
	"testing"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestValidateEscalations(t *testing.T) {
	t.Parallel()
	after := func(d time.Duration, to policy.Selector) policy.Escalation {
		return policy.Escalation{After: d, To: to}
	}
	for name, c := range map[string]struct {
		rule policy.Rule
		all  []policy.Escalation
		want string
	}{
		"at the same time": {all: []policy.Escalation{after(hour, users("b")), after(hour, users("c"))}},
		"at the start": {all: []policy.Escalation{after(0, users("b"))}, want: "escalation 1 is after 0s, and the deadline is after " +
			"168h0m0s; write more than 0 and less than that"},
		"at the deadline": {all: []policy.Escalation{after(168*hour, users("b"))}, want: "escalation 1 is after 168h0m0s, and the " +
			"deadline is after 168h0m0s; write more than 0 and less than that"},
		"in the wrong order": {
			all:  []policy.Escalation{after(2*hour, users("b")), after(hour, users("c"))},
			want: "escalation 2 is earlier than the one before it; put them in order",
		},
		"to no one":             {all: []policy.Escalation{after(hour, users())}, want: "escalation 1 selects no one; give users or groups"},
		"of a rule by its name": {rule: named("x", need(1, users("ann"))), all: []policy.Escalation{{After: hour, To: users("b"), Rule: "x"}}},
		"of an unknown rule": {
			all:  []policy.Escalation{{After: hour, To: users("b"), Rule: "x"}},
			want: `escalation 1 is for rule "x", which the stage does not have; name one of its rules, or none for all`,
		},
		"to too many in total": {
			all:  []policy.Escalation{after(hour, users(many("b", 300)...)), after(hour, users(many("c", 300)...))},
			want: "after escalation 2 rule 1 has a list of more than 500 names; name fewer",
		},
		"of a rule that needs all": {
			rule: all(users("ann")), all: []policy.Escalation{after(hour, users("b"))},
			want: "escalation 1 adds people to rule 1, which needs all, so it would need more approvals than before; set replace",
		},
		"that replaces a rule that needs all": {rule: all(users("ann")), all: []policy.Escalation{{After: hour, To: users("b"), Replace: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if len(c.rule.From.Users) == 0 {
				c.rule = need(1, users("ann"))
			}
			s := rules(c.rule)
			s.Escalations = c.all
			requireProblems(t, inStage2(c.want), policy.Stages(policy.AnyOf("ann").Stages[0], s).Validate())
		})
	}
}
