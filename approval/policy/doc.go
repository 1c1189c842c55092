// Package policy decides: who may vote on a gate, which votes count, and
// whether they are enough. It is pure: the same votes in the same order give
// the same answer, on any machine and at any time, and nothing here knows
// Temporal. Policies are plain data, so they can be kept in a configuration
// file, travel in a workflow's input and be shown to an auditor.
//
//	two := policy.Quorum(2, "finance").Within(72 * time.Hour)
//
// Most programs only build a [Policy] here and hand it to the approval
// package; a [Tally] is for programs that count votes by themselves.
//
// What holds:
//
//   - One person counts once, however often and in however many groups.
//   - The requester never decides on a request of their own, unless
//     AllowRequester says so; the comparison is by actor ID.
//   - An unknown choice, an empty one too, is never a yes.
//   - The first threshold that is reached decides, and what is decided stays.
//   - A later vote of the same person replaces the earlier one while the gate
//     is open.
//
// Group membership is what the actor of a vote claims. Whoever admits votes
// vouches for the claim: see the approval package on identity.
package policy
