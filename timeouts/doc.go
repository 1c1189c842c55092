// Package timeouts builds timeout options for activities and workflows, and limits
// the time of several steps.
//
//	var charge = timeouts.Must(timeouts.Activity(30*time.Second, 10*time.Minute, timeouts.Options{}))
//
//	func Order(ctx workflow.Context, o OrderInput) error {
//		budget := timeouts.NewBudget(ctx, 2*time.Hour).Reserve(10 * time.Minute)
//		step, err := budget.Activity(ctx, charge)
//		if err != nil {
//			return err // no time is left for it
//		}
//		return workflow.ExecuteActivity(step, Charge, o).Get(ctx, nil)
//	}
//
// [Quick], [Standard] and [Long] are ready-made options. [Activity],
// [LocalActivity], [ChildWorkflow] and [Workflow] make others and reject mistakes;
// package lint checks options that were made elsewhere. The retry policies are those
// of package retry.
//
// A [Budget] is the time that several steps share. It is an instant, so it means the
// same in a child workflow and in the next run; with [NewInterceptor] it reaches
// them by itself, and [BudgetOf] returns it there. [Do] limits the time of any part
// of a workflow. [DoUntil] does so with a deadline that can be moved, and [Remind]
// runs code ahead of a deadline.
//
// # Where to find the rest
//
//   - Deadlines are in package signals: signals.Deadline, with waits until it and
//     messages that move it.
//   - What an activity does with its time is in package timeouts/heartbeat:
//     heartbeats, progress, causes of cancellation, remaining time.
//   - Checks of options are in package timeouts/lint.
//
// # Guarantees
//
//   - Options that a constructor returns without an error are accepted by a server as
//     they are, and activities with them end.
//   - A [Budget] never starts an activity without a timeout or with one that outlasts
//     the budget. With less than a second left, it starts none.
//   - A malformed budget header is ignored.
//   - The error of a [Do] that timed out contains no cancellation, so it does not
//     close the workflow as canceled. Other errors of f stay its cause.
//   - When ctx is canceled, [Do] returns what f returns, however long that takes.
//   - The interceptor can be added while workflows run: a run that called [BudgetOf]
//     before goes on without a budget.
//   - Sums of durations saturate at 292 years.
//
// # Not guaranteed
//
//   - That the timeouts suit the work.
//   - That an attempt that timed out has ended: its worker learns of the timeout
//     with the next heartbeat, or not at all.
//   - When f ends and the time of a [Do] is up in the same workflow task, the result
//     counts even if it came second: the order cannot be seen.
//   - Budgets use workflow.Now, the time at which the current workflow task began, so
//     the real time is a little shorter.
//
// # Cost
//
// History events: none for options and budgets, except 1 for the first [BudgetOf] in a
// run that was given a budget. Do takes 2 for its timer, and 2 more when its grace is
// used. A reminder takes 2. Do and Remind each take a coroutine.
//
// # On the wire
//
// A [Budget] is JSON with its deadline and reserve, in the header
// temporal-patterns.budget with a version. Errors have the types timeouts.TimedOut and
// timeouts.BudgetExhausted; use [ReasonOf]. The marker temporal-patterns.timeouts.budget
// records the first BudgetOf.
package timeouts
