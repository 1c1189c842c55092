package main

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// rules say who approves a report, by its amount in euros. They are plain data,
// so they could as well come from a file. Each stage has the deadline.
func rules(deadline time.Duration) policy.Tiers {
	return policy.Tiers{
		{Below: 100, Policy: policy.Policy{AutoApprove: "below 100 euros"}},
		{Below: 1000, Policy: inRounds(finance(1, deadline))},
		{Policy: inRounds(finance(2, deadline), directors(deadline))},
	}
}

// inRounds lets a report be sent back twice. Whoever does not approve says why.
func inRounds(stages ...policy.Stage) policy.Policy {
	p := policy.Stages(stages...)
	p.MaxRounds = 3
	p.RequireCommentOn = []approval.Choice{approval.Reject, approval.RequestChanges}
	return p
}

// finance must approve. When it does not, controlling may do so too, and before
// the deadline all of them are reminded.
func finance(need int, deadline time.Duration) policy.Stage {
	third := time.Duration(deadline / 3)
	return policy.Stage{
		Name:        "finance",
		Rules:       []policy.Rule{{Need: need, From: policy.Selector{Groups: []string{"finance"}}}},
		Deadline:    time.Duration(deadline),
		Escalations: []policy.Escalation{{After: third, To: policy.Selector{Groups: []string{"controlling"}}}},
		Reminders:   []time.Duration{third},
	}
}

// directors have the last word on large amounts.
func directors(deadline time.Duration) policy.Stage {
	return policy.Stage{
		Name:     "directors",
		Rules:    []policy.Rule{{Need: 1, From: policy.Selector{Groups: []string{"directors"}}}},
		Deadline: time.Duration(deadline),
	}
}
