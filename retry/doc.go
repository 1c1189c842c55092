// Package retry decides which failures of activities are tried again, when, and
// for how long.
//
// Temporal retries activities by itself, and every team finds the same traps in
// it: an error that is wrapped by fmt.Errorf with %w has lost its type, its
// delay and that it is final; activities that failed together come back
// together; nobody can say how long it takes in the worst case; and a server
// that asks to wait for ten hours is obeyed.
//
//	policy := retry.External(retry.NonRetryable(&CardDeclined{}))
//	fmt.Print(retry.Plan(policy, retry.Limits{StartToClose: 30 * time.Second, ScheduleToClose: 10 * time.Minute}))
//
//	// in the workflow
//	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
//		StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: 10 * time.Minute, RetryPolicy: &policy,
//	})
//	err := workflow.ExecuteActivity(ctx, Charge, order).Get(ctx, nil)
//	switch {
//	case retry.IsNonRetryable(err, policy):
//		return askForAnotherCard(ctx, order)
//	case retry.DeadlineExceeded(err): // also when the service has asked for more time
//		return holdForAPerson(ctx, order)
//	}
//
//	// in the activity
//	response, err := client.Do(request)
//	if err != nil {
//		return fmt.Errorf("charging order %s: %w", order.ID, err)
//	}
//	if err := retry.CheckResponse(response); err != nil {
//		return fmt.Errorf("charging order %s: %w", order.ID, err)
//	}
//
//	// in the worker: patterns.NewPlugin(patterns.Options{}), or
//	worker.Options{Interceptors: []interceptor.WorkerInterceptor{retry.NewInterceptor(retry.Options{})}}
//
// # What is here
//
//   - Policies with a reason: [Blip], [External], [RateLimited], [Slow], [Local]
//     and others. [Validate] says what a server would refuse, [Plan] what it
//     will do.
//   - What failures mean: [Default] and its parts, [CheckResponse] for HTTP, and
//     the marks [Permanent], [After] and [Benign].
//   - [NewInterceptor], which makes Temporal act on it.
//   - Why there was no further attempt, for workflows: [Exhausted],
//     [DeadlineExceeded], [OverBudget], [NoWorker], [IsNonRetryable],
//     [LastFailure]; and
//     [Surface], for a workflow that fails with its activity's error.
//
// # What is guaranteed
//
// With the interceptor on the worker:
//
//   - A final error ends the activity after one attempt, wherever it stands in
//     the chain of errors, unless whoever wraps it says otherwise by [After] or
//     an application error. So does a type that is listed in the activity's
//     own NonRetryableErrorTypes. Regular and local activities agree.
//   - The waits that are asked for are never longer than [Plan] says, unless
//     somebody asks for more: [Options.Schedule]; an application error by its
//     NextRetryDelay, which has no bound; a failure by Retry-After, RetryInfo or
//     [After], at most for [Options.MaxRetryAfter]. To the wait of a parked
//     attempt up to a fifth is added.
//   - A wait that does not fit into ScheduleToCloseTimeout is not asked for: the
//     activity fails with [ErrTypeBudget], and says what was asked and left.
//   - A planned wait that does not fit is shortened, when one more attempt can
//     have its StartToCloseTimeout and a second of wait.
//   - activity.ErrResultPending and the cancellation of the activity pass
//     untouched.
//
// # What is not
//
//   - Waits below a second: a server's timers are that coarse, and make of half a
//     second now and then a whole one (history.timerProcessorMaxTimeShift).
//   - Attempts that time out run no code of ours: their waits have no
//     jitter, and a circuit breaker is not told. Give calls a time limit of
//     their own, below StartToCloseTimeout.
//   - A local activity that waits for more than a workflow task counts its time
//     from the last wait on, so that what is left looks like more.
//   - A local activity that returns when its time is over: whether that is a
//     time-out or its own error is a race in the SDK.
//   - Results that are given by a task token, from outside the activity.
//   - When the activity's own deadline has passed, the SDK drops its result, a
//     final error too.
//   - A first attempt may have taken effect when it failed. Make activities
//     idempotent.
//   - The SDK's test environment has other defaults, tells regular activities
//     no policy and workflows no reason: there NonRetryableErrorTypes count as
//     in the SDK alone, and there is no jitter.
//
// # Cost
//
// No history event and no marker. A successful activity costs one allocation
// more than without the interceptor, and 25 ns; see the benchmarks.
//
// # On the wire
//
// Application errors keep their types. Those of the classifiers are named in
// their comments; a parked attempt has [ErrTypeParked], and one whose downstream
// asks for more time than there is [ErrTypeBudget].
// The metric temporal_patterns_activity_failures counts failed attempts with
// the tag verdict: retryable, non_retryable, unknown or parked.
//
// # When to use something else
//
// To limit the rate of all workers together, use a task queue's
// TaskQueueActivitiesPerSecond. To stop an activity until a person has looked,
// pause it with the Temporal CLI. A circuit breaker is a library of its own:
// wire it into [Options.Before].
package retry
