package policy_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func ExampleQuorum() {
	p := policy.Quorum(2, "finance").Within(72 * time.Hour)
	data, err := json.Marshal(p)
	fmt.Println(string(data), err)
	// Output: {"need":2,"group":"finance","deadline":"72h0m0s"} <nil>
}

// First somebody of finance and somebody of legal, two people; then the boss,
// for whom the board may decide after a day.
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

// Whoever asks does not count, so one is left; but one has to be.
func ExampleAllOf() {
	opening := policy.TallyOptions{Requester: "eve"}
	fmt.Println(policy.Lint(policy.AllOf("ann", "eve"), opening))
	fmt.Println(policy.Lint(policy.AllOf("eve"), opening))
	// Output:
	// <nil>
	// policy: stage 1: 1 approvals are needed, each of another person, and at most 0 are possible; ask for fewer, or let more people decide
}

func ExampleTiers_For() {
	var bands policy.Tiers
	err := json.Unmarshal([]byte(`[
		{"below": 10000, "policy": {"auto": "below 100 euros"}},
		{"below": 1000000, "policy": {"need": 1, "group": "finance"}},
		{"policy": {"need": 2, "group": "finance", "deadline": "48h"}}
	]`), &bands)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, cents := range []int64{9_999, 10_000, 5_000_000} {
		p, err := bands.For(cents)
		fmt.Println(cents, p.AutoApprove, p.Need, p.Group, err)
	}
	// Output:
	// 9999 below 100 euros 0  <nil>
	// 10000  1 finance <nil>
	// 5000000  2 finance <nil>
}

func ExampleTally() {
	at := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	tally, err := policy.NewTally(policy.Quorum(2, "finance"), policy.TallyOptions{Requester: "eve", At: at})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, id := range []string{"ann", "eve", "bob"} {
		state, err := tally.Apply(policy.Vote{
			Actor:  policy.Actor{ID: id, Groups: []string{"finance"}, Auth: "oidc"},
			Choice: policy.ChoiceApprove,
		}, at)
		fmt.Println(id, state, err)
	}
	// Output:
	// ann open <nil>
	// eve open the requester cannot decide on a request of their own; ask another of those who may: a member of finance
	// bob approved <nil>
}

func ExampleAudit_Verify() {
	tally, err := policy.NewTally(policy.AnyOf("ann"), policy.TallyOptions{Requester: "eve"})
	if err != nil {
		fmt.Println(err)
		return
	}
	tally.AppendAudit("reminded", "", "a day is left", time.Time{})
	audit := tally.Audit()
	fmt.Println(len(audit.Entries), audit.Verify())
	audit.Entries[1].Note = "nobody was told"
	fmt.Println(audit.Verify())
	// Output:
	// 2 <nil>
	// policy: entry 2 of the audit does not follow the one before it; compare it with an earlier copy
}
