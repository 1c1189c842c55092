// Package policy says who may decide on a request, as data: who may vote, which votes
// count, and how many approvals are enough. It does not import Temporal.
//
// A [Policy] can be kept in a configuration file, travels in a workflow's input, and
// can be shown to an auditor. Two of finance and one of legal, all different people,
// and after a day the boss too:
//
//	p := policy.Stages(policy.Stage{
//		Rules: []policy.Rule{
//			{Need: 2, From: policy.Selector{Groups: []string{"finance"}}},
//			{Need: 1, From: policy.Selector{Groups: []string{"legal"}}},
//		},
//		Escalations: []policy.Escalation{
//			{After: 24 * time.Hour, To: policy.Selector{Users: []string{"boss"}}},
//		},
//	})
//	if err := policy.Lint(p, policy.LintOptions{Requester: "eve"}); err != nil {
//		return err // it says what to write instead
//	}
//
// [Quorum], [AllOf] and [AnyOf] make policies of one stage, and [Tiers] choose a policy
// by an amount. [Policy.Validate] checks a policy, and [Lint] also checks the people who
// can decide. Package approval opens gates with a policy and counts the votes.
//
// # What is guaranteed
//
//   - One person counts once in a stage, for one rule, however often they vote and
//     however many groups they have. One person approves one stage, unless AllowRepeat
//     is set. The order of the votes does not matter.
//   - The requester never decides on their own request, also not through a delegate,
//     unless AllowRequester is set. The requester and excluded people cannot reassign,
//     delegate, or move the deadline either.
//   - IDs that differ only in case are never two people. They must match exactly to
//     give a right, unless FoldCase is set.
//   - An unknown or empty choice is never an approval. A rule that needs all of no one
//     is never fulfilled.
//   - The first threshold that is reached decides, a rejection before an approval, and a
//     decision is final.
//   - A later vote of a person replaces the earlier one while the stage is open, unless
//     FinalVotes is set. An actor makes at most 50 changes to a gate.
//   - A delegate decides instead of the person who delegated: one of the two counts, and
//     an actor has one vote in a stage.
//   - A policy that no one can fulfill, and a name that no actor can have, are errors
//     before the gate opens. A stage that can no longer be fulfilled is rejected when it
//     begins, or at once if FinalVotes is set.
//   - An unknown field in the JSON of a policy is an error.
//   - A gate keeps the policy that it was opened with. A later version of this package
//     with stricter checks applies them to new gates only.
//   - [Audit.Verify] detects changes to an audit, also at its beginning and end.
//
// # What is not
//
//   - Who an actor is. IDs and groups are what the vote claims, except for groups in
//     [GroupMembers]. The service that admits votes is responsible; see package approval.
//   - Names that look alike in two scripts, such as "eve" with a Cyrillic letter, are two
//     names. Names are compared by the character data of Unicode 15.
//   - Votes stay when the people who gave them may not decide any more.
//   - A new round keeps what escalations have changed.
//   - An audit proves nothing against someone who can rewrite all of it. Keep its Head
//     elsewhere.
//
// # Limits
//
// A policy has at most 20 stages, 20 rules in a stage and 64 in all, 500 names in a list
// and 5,000 in all. Durations are from a second to 100 years. A gate keeps [MaxVotes]
// votes of a round, 64 KB of comments in full, as JSON, and the last [MaxAuditEntries]
// entries of its audit. A vote on the largest possible gate takes about 0.7 ms. For
// rules that need more than counting, such as weights, decide in an activity.
package policy
