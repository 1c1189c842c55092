package analysis_test

import (
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/analysis"
)

// Bob has approved for finance. Who can complete the request?
func ExampleSimulate() {
	p := policy.Stages(policy.Stage{Rules: []policy.Rule{
		{Need: 2, From: policy.Selector{Groups: []string{"finance"}}},
		{Need: 1, From: policy.Selector{Groups: []string{"legal"}}},
	}})
	r, err := analysis.Simulate(p, analysis.Options{
		Requester: "eve",
		People: []policy.Actor{
			{ID: "ann", Groups: []string{"finance", "legal"}},
			{ID: "bob", Groups: []string{"finance"}},
			{ID: "joe", Groups: []string{"finance"}},
			{ID: "zoe", Groups: []string{"legal"}},
		},
		Votes: []analysis.Vote{{Actor: "bob", Choice: policy.ChoiceApprove}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.State)
	for _, team := range r.Teams {
		fmt.Println(team)
	}
	// Output:
	// open
	// ann and joe
	// ann and zoe
	// joe and zoe
}

func ExampleDiff() {
	before, after := policy.Quorum(1, "finance"), policy.Quorum(2, "finance")
	after.AllowRequester = true
	for _, change := range analysis.Diff(before, after) {
		fmt.Println(change)
	}
	// Output:
	// stages[0].rules[0].need: 1 → 2
	// allowRequester: false → true
}
