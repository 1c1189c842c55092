// Package retry decides which failures of activities are tried again, when, and
// for how long.
//
// Temporal retries activities by itself, and every team finds the same traps in
// it: an error that is wrapped by fmt.Errorf with %w is no longer final;
// activities that failed together come back together; nobody can say how long it
// takes in the worst case; and a service that asks for a longer wait is not heard.
//
//	policy := retry.Remote(retry.ErrorTypes(&CardDeclined{}))
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
//	if err := classify.CheckResponse(response); err != nil {
//		return fmt.Errorf("charging order %s: %w", order.ID, err)
//	}
//
//	// in the worker: patterns.NewPlugin(patterns.Options{Retry: options}), or
//	options := retry.InterceptorOptions{Classify: classify.Default, Jitter: retry.JitterEqual}
//	worker.Options{Interceptors: []interceptor.WorkerInterceptor{retry.NewInterceptor(options)}}
//
// With the zero [InterceptorOptions] only the marks, application errors that are not
// retryable, and the types that a policy lists change anything, so the interceptor
// may be added to a worker of many teams. To see first what Classify would change,
// set [InterceptorOptions.Shadow]; to begin with some activities, [InterceptorOptions.ClassifyOnly].
//
// # What is here
//
//   - Policies with a reason: [Transient], [Remote], [RateLimited], [Manual], [LocalActivity]
//     and others. [Validate] says what a server would refuse, [Plan] what it
//     will do.
//   - What failures mean: the marks [Permanent], [After] and [Benign];
//     [CheckResponse] for HTTP; and to opt in, [Default] and its parts.
//   - [NewInterceptor], which makes Temporal act on it.
//   - Why there was no further attempt, for workflows: [Exhausted],
//     [DeadlineExceeded], [AsBudgetExceeded], [NoWorker], [IsNonRetryable],
//     [LastFailure]; and
//     [Propagate], for a workflow that fails with its activity's error.
//
// # What is guaranteed
//
// With the interceptor on the worker:
//
//   - A failure about which nothing is said is returned as the same value: its
//     type, its delay, and whether it is retried are as without the interceptor.
//   - A final error ends the activity after one attempt, wherever it stands in
//     the chain of errors, unless what wraps it says otherwise by [After] or an
//     application error. So does a type that is listed in the activity's own
//     NonRetryableErrorTypes. The first word on the way from outside in counts,
//     and of a join the strictest. Regular and local activities agree.
//   - The error of another execution, such as a child workflow's, a workflow's that
//     a client waited for, or an update's, says nothing about this activity.
//   - When an error is rewritten, errors.Is and errors.As find the original, for
//     interceptors further out and failure converters. Its text is valid UTF-8 and
//     has at most 8 KB.
//   - A wait that is asked for is the least: a longer one that is planned stands. It
//     is bounded by [InterceptorOptions.MaxRetryAfter]. The NextRetryDelay of an application
//     error is exact, and has no bound. To the wait of a parked attempt up to a
//     fifth is added, and with [InterceptorOptions.Jitter] to every wait that is asked for.
//   - A wait that is asked for and does not fit into ScheduleToCloseTimeout fails the
//     activity with [ErrTypeBudget], which says what was asked and left.
//   - With [InterceptorOptions.Jitter] or [InterceptorOptions.Schedule], a planned wait that does not fit is
//     shortened, when one more attempt can have its StartToCloseTimeout and a
//     second of wait.
//   - A parked attempt is retried, whatever the error of [InterceptorOptions.Before] says, unless
//     it is marked [Permanent].
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
//     timeout or its own error is a race in the SDK.
//   - Results that are given by a task token, from outside the activity.
//   - When the activity's own deadline has passed, the SDK drops its result, a
//     final error too.
//   - A first attempt may have taken effect when it failed. Make activities
//     idempotent.
//   - The SDK's test environment has other defaults, tells regular activities
//     no policy and workflows no reason: there NonRetryableErrorTypes count as
//     in the SDK alone, and there is no jitter.
//   - A wrapped application error that can be retried stays where it is, so that
//     Temporal sees the type of what wraps it and no delay, unless
//     [InterceptorOptions.Classify] is set.
//
// # Cost
//
// No history event and no marker. A successful activity costs one allocation
// more than without the interceptor, and 25 ns; see the benchmarks.
//
// # On the wire
//
// Errors keep their types. Those of the classifiers are named in their comments;
// a parked attempt has [ErrTypeParked], and one whose downstream asks for more time
// than there is [ErrTypeBudget]. Below an error that was rewritten stands the
// reason, as in "marked by retry.NonRetryable".
// The metric temporal_patterns_activity_failures counts failed attempts with
// the tag verdict: retryable, non_retryable, unknown or parked. In shadow,
// temporal_patterns_activity_failures_shadow counts those that would change.
//
// # When to use something else
//
// To limit the rate of all workers together, use a task queue's
// TaskQueueActivitiesPerSecond. To stop an activity until a person has looked,
// pause it with the Temporal CLI. A circuit breaker is a library of its own:
// wire it into [InterceptorOptions.Before].
package retry
