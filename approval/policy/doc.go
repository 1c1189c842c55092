// Package policy decides: who may vote on a gate, which votes count, and whether
// they are enough.
//
// Two of finance and one of legal, each another person, the requester never, and
// a boss who stands in after a day: such rules are easy to say and easy to get
// wrong. Here they are data. They can be kept in a configuration file, travel in
// a workflow's input, and be shown to an auditor.
//
//	p := policy.Stages(policy.Stage{
//		Rules: []policy.Rule{
//			{Need: 2, From: policy.Selector{Groups: []string{"finance"}}},
//			{Need: 1, From: policy.Selector{Groups: []string{"legal"}}},
//		},
//		Ladder: []policy.Escalation{{After: day, To: policy.Selector{Users: []string{"boss"}}}},
//	})
//	tally, err := policy.NewTally(p, policy.TallyOptions{Requester: "eve", At: now})
//	if err != nil {
//		return err // it says what to write instead
//	}
//	state, err := tally.Apply(vote, now)
//
// [Quorum], [AllOf], [AnyOf] and [Stages] make a [Policy], and [Tiers] choose
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
//   - One person counts once in a stage, for one rule, however often they vote and
//     in however many groups they are; and approves one stage of several, unless
//     AllowRepeat says otherwise. The order in which people came does not matter.
//   - The requester never decides on a request of their own, nobody decides with
//     the requester's vote, and neither the requester nor anybody whom the policy
//     keeps out reassigns, delegates, or moves the deadline, unless AllowRequester
//     says otherwise.
//   - IDs that differ in case only are not two people. They admit exactly, unless
//     FoldCase says otherwise.
//   - An unknown choice, an empty one too, is never a yes, and neither is a rule
//     that needs all of nobody.
//   - The first threshold that is reached decides, a veto before an approval, and
//     what is decided stays.
//   - A later vote of the same person replaces the earlier one while the stage is
//     open, unless FinalVotes says otherwise. One actor makes at most [MaxChanges]
//     changes, and so keeps nobody else out.
//   - A delegate decides for the person who has delegated: only one of the two
//     counts in that place, and an actor has one vote in a stage. A person whom a
//     rule excepts does not decide for others in it either.
//   - A policy that nobody could fulfill, and a name that no actor can have, are
//     errors before the gate opens: see [CheckName]. A stage that nobody can fulfill
//     any more, as those who could have approved an earlier one, is a rejection when
//     it begins; with FinalVotes, as soon as it is so.
//   - A policy in JSON with a field that is not known is an error.
//   - A policy that was handed in is never changed, and what is handed out shares
//     nothing with the tally but the roster.
//   - What [Tally.Snapshot] gives, [Restore] takes, and the tally goes on as if
//     nothing had happened. What else it takes does not panic.
//   - A change to the [Audit] is found by [Audit.Verify], also of its beginning and
//     end, and [Restore] refuses it.
//   - Every refusal and every error says what is wrong and what to do.
//
// # What is not
//
//   - Who an actor is. An ID and groups are what the vote claims, but for groups
//     that are in the [GroupMembers]. The service that admits votes vouches for it: see
//     package approval. Of claims, those that the policy names are kept.
//   - Names that look alike in two scripts, such as "eve" with a Cyrillic letter,
//     are two. Character data is that of Unicode 15.
//   - Deadlines, reminders and ladders are only data here. The owner of the clock
//     calls [Tally.Expire] and [Tally.Escalate].
//   - Votes stay when those who gave them may not decide any more.
//   - A new round keeps what escalations have changed.
//   - The audit proves nothing against a writer of all of it. Keep its Head
//     elsewhere.
//
// # Limits
//
// A policy has at most 20 stages, 20 rules in each and 64 in all, 500 names in a list
// and [MaxNames] in all; durations are from a second to 100 years. A gate keeps
// [MaxVotes] votes of a round, 64 KB of comments in full, as JSON, and the last 500
// entries of its audit. A vote at the largest gate there can be takes about 0.7 ms
// (go test ./approval/policy -run '^$' -bench .).
//
// # When to use something else
//
// To wait for people in a workflow, use package approval. For rules that need
// more than counting, such as weights or expressions, decide in an activity.
package policy
