// Package policy decides: who may vote on a gate, which votes count, and whether
// they are enough.
//
// Two of finance and one of legal, each another person, the requester never, and
// a boss who stands in after a day: such rules are easy to say and easy to get
// wrong. Here they are data. They can be kept in a configuration file, travel in
// a workflow's input, and be shown to an auditor.
//
//	p := policy.InStages(policy.Stage{
//		Rules: []policy.Rule{
//			{Need: 2, From: policy.Selector{Groups: []string{"finance"}}},
//			{Need: 1, From: policy.Selector{Groups: []string{"legal"}}},
//		},
//		Ladder: []policy.Escalation{{After: day, To: policy.Selector{Users: []string{"boss"}}}},
//	})
//	tally, err := policy.NewTally(p, policy.Opening{Requester: "eve", At: now})
//	if err != nil {
//		return err // it says what to write instead
//	}
//	state, err := tally.Apply(vote, now)
//
// [Quorum], [Everyone], [AnyOf] and [InStages] make a [Policy], and [Bands] choose
// one by an amount. [Policy.Validate] looks at a policy alone, [Lint] also at who
// there is to decide. Most programs only build policies here and hand them to
// package approval. A [Tally] is for programs that count votes by themselves: it
// is told what happens, votes, deadlines and escalations, and says where the gate
// stands. A [Snapshot] is all that it knows, and an [Audit] all that has happened.
//
// # What is guaranteed
//
//   - It is pure: the same calls in the same order give the same answer, on any
//     machine and at any time. Nothing here knows Temporal or looks at a clock.
//   - One person counts once, for one rule, however often they vote and in
//     however many groups they are. In which order people came does not matter.
//   - The requester never decides on a request of their own, and nobody decides
//     with the requester's vote, unless AllowRequester says so.
//   - An unknown choice, an empty one too, is never a yes, and neither is a rule
//     that needs all of nobody.
//   - The first threshold that is reached decides, a veto before an approval, and
//     what is decided stays.
//   - A later vote of the same person replaces the earlier one while the stage is
//     open, unless FinalVotes says that it does not.
//   - A delegate decides for whoever has delegated: only one of the two counts in
//     that place, and an actor has one vote in a stage, for whomever.
//   - A policy that nobody could fulfill is an error before the gate opens, and
//     with FinalVotes a rejection as soon as it is so.
//   - A policy that was handed in is never changed, and what is handed out shares
//     nothing with the tally but the roster.
//   - What [Tally.Snapshot] gives, [Restore] takes, and the tally goes on as if
//     nothing had happened. What else it takes does not panic.
//   - A change to the [Audit] is found by [Audit.Verify], but for entries that are
//     missing at its end.
//   - Every refusal and every error says what is wrong and what to do.
//
// # What is not
//
//   - Who an actor is. An ID and groups are what the vote claims, but for groups
//     that are in the [Roster]. Whoever admits votes vouches for the claim: see
//     package approval.
//   - IDs are compared byte by byte: "eve" and "Eve" are two people.
//   - Deadlines, reminders and ladders are only data here. Whoever has the clock
//     calls [Tally.Expire] and [Tally.Escalate].
//   - Votes stay when those who gave them may not decide any more.
//   - A new round keeps what escalations have changed.
//   - The audit is no proof against somebody who can write all of it anew. Keep
//     its last hash elsewhere.
//
// # Limits
//
// A policy has at most 20 stages, 20 rules in each, and 500 names in a list; a
// gate counts [MaxVotes] votes and keeps the last 500 entries of its audit. The
// worst gate there can be takes about 0.8 ms to look at all its votes
// (go test ./approval/policy -run '^$' -bench .).
//
// # When to use something else
//
// To wait for people in a workflow, use package approval. For rules that need
// more than counting, such as weights or expressions, decide in an activity.
package policy
