package policy_test

import (
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func ExampleQuorum() {
	p := policy.Quorum(2, "finance").Within(72 * time.Hour)
	fmt.Println(p.Need, p.Group, p.Deadline)
	// Output: 2 finance 72h0m0s
}

func ExampleTally() {
	tally, err := policy.NewTally(policy.Quorum(2, "finance"), "eve")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, id := range []string{"ann", "eve", "bob"} {
		state, err := tally.Apply(policy.Vote{
			Actor:  policy.Actor{ID: id, Groups: []string{"finance"}, Auth: "oidc"},
			Choice: policy.Approve,
		})
		fmt.Println(id, state, err)
	}
	// Output:
	// ann open <nil>
	// eve open the requester cannot decide on a request of their own; ask another member of "finance"
	// bob approved <nil>
}
