// Package analysis answers questions about policies before people use them: who can
// approve a request, which smallest groups of people suffice, what a set of votes
// yields, and what differs between two policies. It asks the counter that gates use, and
// does not import Temporal.
//
//	r, err := analysis.Simulate(p, analysis.Options{
//		Requester: "eve",
//		People:    []policy.Actor{{ID: "ann", Groups: []string{"finance", "legal"}}, {ID: "bob", Groups: []string{"finance"}}},
//		Votes:     []analysis.Vote{{Actor: "bob", Choice: policy.ChoiceApprove}},
//	})
//	if err != nil {
//		return err // what is wrong with the policy
//	}
//	for _, team := range r.Teams {
//		fmt.Println(team) // "ann", "one of joe, zoe", "1 member of legal"
//	}
//
// [Diff] compares two policies, and [DiffTiers] policies by amount. The sentences that
// explain a policy are [policy.Policy.Explain].
//
// # What is guaranteed
//
//   - [Simulate] finds exactly the groups of people of which no one can be left out and
//     whose approvals approve the request, each approval filling a place. If it cannot
//     look at all of them, IsPartial says so. Its time is bounded: about a second for
//     the largest policies.
//   - A vote is counted as a gate counts it.
//   - [Diff] finds each difference that a gate could notice, and names its field.
//     Defaults that are written or left out are no difference, nor is the order of names,
//     rules and reminders.
//
// # What is not
//
//   - Votes that people change later, and delegations, are not foreseen.
//   - A deadline that approves (see [policy.ApproveOnTimeout]) needs no team.
//   - Groups of unknown members are taken for large enough and without a common member.
package analysis
