package main

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// rules returns who approves a report, by its amount in euros, as plain data that can also
// come from a file. Each stage has the deadline.
func rules(deadline time.Duration) policy.Tiers {
	return policy.Tiers{
		{Below: 100, Policy: policy.Policy{AutoApprove: "below 100 euros"}},
		{Below: 1000, Policy: inRounds(finance(1, deadline))},
		{Policy: inRounds(finance(2, deadline), directors(deadline))},
	}
}

// inRounds lets approvers send a report back twice. A rejection needs a comment.
func inRounds(stages ...policy.Stage) policy.Policy {
	p := policy.Stages(stages...)
	p.MaxRounds = 3
	p.RequireCommentOn = []policy.Choice{policy.ChoiceReject, policy.ChoiceRequestChanges}
	return p
}

// finance must approve. After a third of the time controlling may approve too; a third
// before the deadline, all of them get a reminder.
func finance(need int, deadline time.Duration) policy.Stage {
	third := deadline / 3
	return policy.Stage{
		Name:        "finance",
		Rules:       []policy.Rule{{Need: need, From: policy.Selector{Groups: []string{"finance"}}}},
		Deadline:    deadline,
		Escalations: []policy.Escalation{{After: third, To: policy.Selector{Groups: []string{"controlling"}}}},
		Reminders:   []time.Duration{third},
	}
}

// directors decide last on large amounts.
func directors(deadline time.Duration) policy.Stage {
	return policy.Stage{
		Name:     "directors",
		Rules:    []policy.Rule{{Need: 1, From: policy.Selector{Groups: []string{"directors"}}}},
		Deadline: deadline,
	}
}

// releasePolicies returns who decides on a release. One of security approves or rejects.
// GateProduct needs two for either. An approved release must be deployed within validFor.
func releasePolicies(validFor time.Duration) map[string]policy.Policy {
	security := policy.Quorum(1, "security").Within(time.Hour)
	security.RequireCommentOn = []policy.Choice{policy.ChoiceReject}
	security.ValidFor = validFor

	product := policy.Quorum(2, "product").Within(time.Hour)
	product.Stages[0].RejectThreshold = 2
	product.ValidFor = validFor
	return map[string]policy.Policy{GateSecurity: security, GateProduct: product}
}
