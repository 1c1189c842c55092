package policy_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func ExampleQuorum() {
	p := policy.Quorum(2, "finance").Within(72 * time.Hour)
	data, err := json.Marshal(p)
	fmt.Println(string(data), err)
	// Output: {"stages":[{"rules":[{"need":2,"from":{"groups":["finance"]}}],"deadline":"72h0m0s"}]} <nil>
}

// Two people check, one of finance and one of legal. Then the boss signs, or, after a
// day, a member of the board.
func ExampleStages() {
	p := policy.Stages(
		policy.Stage{Name: "check", Rules: []policy.Rule{
			{Need: 1, From: policy.Selector{Groups: []string{"finance"}}},
			{Need: 1, From: policy.Selector{Groups: []string{"legal"}}},
		}},
		policy.Stage{
			Name:  "sign",
			Rules: []policy.Rule{{Need: 1, From: policy.Selector{Users: []string{"boss"}}}},
			Escalations: []policy.Escalation{
				{After: 24 * time.Hour, To: policy.Selector{Groups: []string{"board"}}},
			},
			OnTimeout: policy.RejectOnTimeout,
		},
	)
	fmt.Println(p.Validate())
	// Output: <nil>
}

// The requester does not count, so one person is left, and at least one is needed.
func ExampleAllOf() {
	options := policy.LintOptions{Requester: "eve"}
	fmt.Println(policy.Lint(policy.AllOf("ann", "eve"), options))
	fmt.Println(policy.Lint(policy.AllOf("eve"), options))
	// Output:
	// <nil>
	// policy: stage 1: 1 approvals are needed, each of another person, and at most 0 are possible; ask for fewer, or let more people decide
}

func ExampleTiers_For() {
	var tiers policy.Tiers
	err := json.Unmarshal([]byte(`[
		{"below": 10000, "policy": {"autoApprove": "below 100 euros"}},
		{"policy": {"stages": [{"rules": [{"need": 1, "from": {"groups": ["finance"]}}], "deadline": "48h"}]}}
	]`), &tiers)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, cents := range []int64{9_999, 10_000} {
		p, err := tiers.For(cents)
		fmt.Println(cents, p.AutoApprove, len(p.Stages), err)
	}
	// Output:
	// 9999 below 100 euros 0 <nil>
	// 10000  1 <nil>
}

func ExamplePolicy_Explain() {
	for _, sentence := range policy.Quorum(2, "finance").Within(72 * time.Hour).Explain() {
		fmt.Println(sentence)
	}
	// Output:
	// It needs the approval of 2 members of finance.
	// One rejection rejects the request.
	// If that takes longer than 3 days, the request expires.
	// The requester may not decide.
}
