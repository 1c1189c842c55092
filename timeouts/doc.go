// Package timeouts gives activities, workflows and what they do together
// time-outs that say what is meant.
//
// A time-out that was forgotten hangs a workflow, a deadline that has passed
// becomes a time-out of zero, which means none, and a ScheduleToCloseTimeout
// that is as long as one attempt leaves no time for a retry. A server says
// nothing of most of these. Here each is a finding with a code.
//
//	var charge = timeouts.Must(timeouts.Activity(30*time.Second, timeouts.Options{Total: 10 * time.Minute}))
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
// [Quick], [Standard] and [Long] are options with a reason; [Activity],
// [LocalActivity], [ChildWorkflow] and [Workflow] make others, and [Check] looks
// at those that were made elsewhere. The retry policies are those of package
// retry, and retry.Plan prints what both together mean.
//
// A [Budget] is the time that several steps have together. It is an instant, so
// it means the same in a child workflow and in the next run, to which it travels
// by itself with [NewInterceptor]; there [BudgetOf] has it. [Do] limits how long
// a part of a workflow takes, whatever it does. Its deadline may be a
// signals.Deadline that is extended, shortened or paused meanwhile: [DoUntil],
// with [Remind] for reminders on the way.
//
// Within an activity, [Heartbeat] says that it is alive and how far it has come,
// and [Progress] how far the attempt before has come. [WithWorkerStop] ends when its
// worker begins to stop, [CauseOf] says why it must end, [WithMargin] leaves time to
// clean up, and [Remaining] and [IsLastAttempt] say what is left. [KindOf] tells
// time-outs apart.
//
// # What is guaranteed
//
//   - Options that come without an error are accepted by a server as they are.
//     Those of activities end, unless Endless is accepted.
//   - [Quick], [Standard] and [OnHost] of them have no findings.
//   - A [Budget] never schedules an activity without a time-out, or with one
//     that outlives it; with less than a second left it schedules none.
//   - A header that is no good is as none: nothing fails by it.
//   - The error of a [Do] that has timed out never has a cancellation in it, so
//     it does not close the workflow as canceled; [IsTimedOut] is true for it in
//     the workflow, its parent and a client.
//   - The worker interceptor changes no command, unless InterceptorOptions.Fail
//     asks for it in a test. It may be added while workflows run: one that has
//     asked [BudgetOf] before goes on without the budget.
//   - [Heartbeat] keeps all details that were recorded last, of the previous attempt
//     and, with the interceptor, of the activity's own; progress that cannot be
//     encoded ends no worker. It leaves no goroutine behind, and ends with its context.
//   - When ctx is canceled, [Do] returns what f makes of that, however long it takes.
//   - Durations that are too long for a sum stay the longest, 292 years.
//   - Every finding says what happens, with the values, and what to do.
//
// # What is not
//
//   - Whether the times are right for what the activity does.
//   - An attempt that has timed out may still run: its worker learns of it by a
//     heartbeat, or not at all.
//   - When a result and the end of a [Do] reach the workflow in one workflow task,
//     the result counts even if it came second: the order cannot be seen.
//   - A [Budget] goes by workflow.Now, the time when the current workflow task
//     began, so real time is a little shorter; [Remaining] goes by the clock of
//     the worker.
//   - A progress that does not move is not noticed by [Heartbeat].
//
// # Cost
//
// History events: a budget, a check and a heartbeat have none, but for the first
// [BudgetOf] in a run that was given one, which has 1. Do has 2, for its timer, a grace that is used 2 more, a reminder 2. Remind and Do have a coroutine
// each.
//
// Check takes about 0.1 µs and 1 allocation for an activity, Budget.Activity 0.1 µs
// and 2 allocations more than workflow.WithActivityOptions alone
// (go test ./timeouts -run '^$' -bench .).
//
// # On the wire
//
// A [Budget] is JSON: its deadline, and what is in reserve. The header has the
// name temporal-patterns.budget and a version. Errors have the types
// [ErrTypeBudgetExhausted], [ErrTypeTimedOut] and [ErrTypeBadOptions]. The metric
// temporal_patterns_timeout_findings counts by code.
//
// # When to use something else
//
// To wait for messages until a deadline, use package signals. To limit one
// activity, its options are enough.
package timeouts
