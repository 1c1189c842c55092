// Package intervention lets people decide what happens after an activity has failed for
// good: try it again, perhaps with a corrected input, use a result that they found out, or
// give it up. The activity is guarded by package idempotency, and the question is a gate of
// package approval, so it appears in the inbox and is decided as every other gate.
//
//	// in the worker
//	err := intervention.Register(w, guard, "Charge", payments.Charge, idempotency.ActivityOptions{PassThrough: true})
//
//	// in the workflow; ctx has the options of the activity
//	receipt, err := intervention.Execute[Order, Receipt](ctx, gates, "Charge", order, intervention.Request[Order]{
//		ID: "charge", Policy: policy.AnyOf("ops-lead").Within(72 * time.Hour),
//	})
//
// When the retry policy is exhausted, or the record of the work needs review, Execute looks at
// the record. If the work is done, Execute returns its result and asks no one. Otherwise it
// opens the gate "charge-1" with a [Question] as its subject. An approval tries again. An
// approval with an edit of Action, Input or Result does what the edited question says; a
// rejection gives up. Question.Effect says what the record knows about the effect.
//
// # What is guaranteed
//
//   - All tries of one work have one idempotency key, across attempts, questions, kills of
//     workers and resets of the workflow. So the effect happens at most once if the options of
//     the guard close the gap between the effect and its record; see package idempotency.
//   - Before Execute goes on with another input, with the result of a person, or without a
//     result, it finishes the record of the work. An attempt that is late does nothing then.
//   - If the work turns out to be done, that result is kept, whatever people have decided:
//     Execute returns it, or asks again when people have corrected the input.
//   - A review counts for the attempt that people have seen. If a later attempt needs review
//     too, people are asked again.
//
// # What is not guaranteed
//
//   - [ActionRestart] uses a new key, and [ActionRetry] says of work that needs review that it
//     had no effect. If that is wrong, the effect happens twice.
//   - After the retention of the record, 90 days by default, the work is new. Let the policy
//     decide sooner.
//   - Continue-as-new ends the question. Do not continue as new during Execute.
//
// # Cost
//
// An activity that succeeds costs what a guarded activity costs. A failure that people decide on
// adds 20 history events: 6 to look at the record, 8 for a gate that one update decides, and 6 for
// the next try or to finish the record.
package intervention
