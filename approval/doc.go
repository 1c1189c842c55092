// Package approval lets a workflow wait until people have decided.
//
// A workflow opens a gate and waits, for minutes or for weeks, while workers are
// deployed and machines fail. Votes reach the gate as updates, which are answered at
// once, or as signals, which are durable when no worker runs. This package is for
// workflow code. Package approvalclient sends votes, package approvalhttp serves them
// to people, package policy describes who may decide, and package approvaltest plays
// the people in tests.
//
//	func Expense(ctx workflow.Context, r Report) error {
//		gates, err := approval.NewGates(ctx, approval.Options{})
//		if err != nil {
//			return err
//		}
//		out, err := approval.Await(ctx, gates, approval.Request[Report]{
//			ID: "expense", Subject: r, Requester: r.Employee,
//			Policy: policy.Quorum(2, "finance").Within(72 * time.Hour),
//		})
//		if err != nil {
//			return err // canceled
//		}
//		if out.State != policy.StateApproved {
//			return notify(ctx, r, out.State) // rejected or expired: an answer, not an error
//		}
//		return pay(ctx, out.Subject)
//	}
//
// [Open] opens a gate without waiting, so that several can be open together,
// [AwaitAll] waits for them, and [AwaitChild] opens a gate in a workflow of its own.
// [Gates.ContinueState] carries open gates into the next run.
//
// # What is guaranteed
//
//   - A vote that history recorded before the deadline counts, also when no worker
//     ran across the deadline.
//   - One person counts once, for one rule, and approves one stage unless the policy
//     has AllowRepeat. A decision that is sent again gets its first receipt.
//   - The requester, and actors whom the policy does not choose, never decide: not
//     for themselves, not by delegation, not by moving a deadline.
//   - A vote that cannot be read, is about another round or subject, or comes too
//     late is refused with a [Reason]. It never stops the workflow, and a missing or
//     unknown choice never approves.
//   - A gate keeps the subject, policy and options that it was opened with: history
//     records them. Policies, options, keys and Go types may change while it is open.
//   - A decision never waits for a notice. The run ends when each notice is delivered
//     at least once or given up; without patterns.NewPlugin on the workers, call
//     [Gates.WaitForNotices].
//   - A policy that no one could fulfill is an error when the gate is opened.
//
// # What is not guaranteed
//
//   - An actor in a vote is a claim: anyone who may signal workflows in the namespace
//     can send one. Let an authenticated service send votes, and give the namespace to
//     no one else, or sign votes: see package approvalkey and Options.Keys.
//   - A vote that is queued as a signal may still be refused.
//   - A vote by signal that arrives after [Gates.ContinueState] is lost with its run,
//     and reported when the run ends.
//   - The audit of a gate ends with its run and has the last 500 entries.
//
// docs/approval.md has all guarantees and limits, late votes, the inbox, the metrics,
// and the names and JSON on the wire.
//
// # Cost
//
// A gate with a deadline that one update decides takes 13 history events and 2
// workflow tasks for the whole run; an empty run takes 5 and 1. Reminders and
// escalations add 2, however many there are; a vote by signal takes 1 less. A further
// vote by update takes 5, and a refused update none. [NewWorkflow] saves 2 events.
//
// # When to use something else
//
// When a program decides, send it a signal or an update of your own. When the answer
// is known within seconds, call an activity.
package approval
