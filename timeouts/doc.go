// Package timeouts gives activities time-outs that say what is meant.
//
// A time-out that was forgotten hangs a workflow, a deadline that has passed
// becomes a time-out of zero, which means none, and a ScheduleToCloseTimeout
// that is as long as one attempt leaves no time for a retry. A server says
// nothing of most of these. Here each is a finding with a code.
//
//	var charge = timeouts.Must(timeouts.Activity(30*time.Second, timeouts.Options{Total: 10 * time.Minute}))
//
//	func Order(ctx workflow.Context, o OrderInput) error {
//		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, charge), Charge, o).Get(ctx, nil)
//	}
//
// [Quick], [Standard] and [Long] are options with a reason; [Activity] and
// [LocalActivity] make others, and cannot forget the time of one attempt.
// [Check] looks at options that were made elsewhere. The retry policies are
// those of package retry, and retry.Plan prints what both together mean.
//
// A [Budget] is the time that several steps have together. It is an instant, so
// it may travel to child workflows and into the next run:
//
//	budget := timeouts.NewBudget(ctx, 2*time.Hour).Reserve(10*time.Minute)
//	step, err := budget.Activity(ctx, charge)
//	if err != nil {
//		return err // no time is left for it
//	}
//	err = workflow.ExecuteActivity(step, Charge, o).Get(ctx, nil)
//
// Within an activity, [Margin] leaves time to clean up, and [Remaining] and
// [IsLastAttempt] say what is left. [KindOf] tells time-outs apart.
//
// # What is guaranteed
//
//   - Options that [Activity], [LocalActivity] and [Long] return without an error
//     are accepted by a server as they are, and end.
//   - [Quick], [Standard] and [HostQueue] of them have no findings.
//   - A [Budget] never schedules an activity without a time-out, or with one
//     that outlives it; with less than a second left it schedules none.
//   - Every finding says what happens, with the values, and what to do.
//
// # What is not
//
//   - Whether the times are right for what the activity does.
//   - An attempt that has timed out may still run: its worker learns of it by a
//     heartbeat, or not at all.
//
// # Cost
//
// None: options and budgets are data. Checking is pure; do it in package-level
// variables.
//
// # On the wire
//
// A [Budget] is JSON: its deadline, and what is in reserve. The error of one that
// is used up has the type [ErrTypeBudgetExhausted].
//
// # When to use something else
//
// To limit how long a workflow waits for messages, use package signals.
package timeouts
