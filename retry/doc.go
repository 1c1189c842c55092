// Package retry decides which failures of activities are retried, when, and for how
// long.
//
// Temporal retries activities by itself, but: an error that is wrapped with %w loses
// its type, its retry delay and its non-retryable flag; activities that failed
// together return together; the worst case is hard to compute; and the Retry-After
// of a service is ignored.
//
//	// In the workflow: a policy is a plain value. Edit it, and print what it means.
//	policy := retry.Remote()
//	policy.NonRetryableErrorTypes = retry.ErrorTypes(&CardDeclined{})
//	fmt.Print(retry.Plan(policy, retry.Limits{StartToClose: 30 * time.Second, ScheduleToClose: 10 * time.Minute}))
//	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
//		StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: 10 * time.Minute, RetryPolicy: &policy,
//	})
//	err := workflow.ExecuteActivity(ctx, Charge, order).Get(ctx, nil)
//	switch reason, _ := retry.ReasonUnder(policy, err); reason {
//	case retry.ReasonNonRetryable:
//		return askForAnotherCard(ctx, order)
//	case retry.ReasonDeadline, retry.ReasonBudgetExceeded: // the service needs more time
//		return holdForReview(ctx, order)
//	}
//
//	// In the activity: wrap errors as usual.
//	if err := classify.CheckResponse(response); err != nil {
//		return fmt.Errorf("charging order %s: %w", order.ID, err)
//	}
//
//	// In the worker: patterns.NewPlugin(patterns.Options{Retry: options}), or
//	options := retry.InterceptorOptions{Classify: classify.Default, Jitter: retry.JitterEqual}
//	worker.Options{Interceptors: []interceptor.WorkerInterceptor{retry.NewInterceptor(options)}}
//
// With zero [InterceptorOptions] the interceptor acts only on marks ([NonRetryable],
// [After], [Benign]), on non-retryable application errors and on types that a policy
// lists, so it is safe on a worker of several teams. To see what Classify would
// change, set Shadow; to begin with some activities, set ClassifyOnly.
//
// # What is guaranteed
//
// With the interceptor on the worker:
//
//   - A failure that says nothing about retries is returned as the same value.
//   - A non-retryable error ends the activity after one attempt, wherever it is in
//     the chain, unless what wraps it says otherwise. The first statement from
//     outside in decides, and of a join the strictest. Regular and local activities
//     agree. The error of another execution says nothing about this activity.
//   - Below a rewritten error, errors.Is and errors.As find the original.
//   - A requested wait is a minimum, limited by MaxRetryAfter; a longer planned wait
//     stands. The NextRetryDelay of an application error is exact and unlimited.
//   - A requested wait that does not fit into ScheduleToCloseTimeout fails the activity
//     with [ReasonBudgetExceeded], which says what was asked for and what remained.
//   - activity.ErrResultPending and the activity's cancellation pass untouched.
//
// # What is not guaranteed
//
//   - Waits below a second: a server sometimes makes a whole second of them.
//   - Anything about attempts that time out: they run no code, so they have no jitter
//     and a circuit breaker does not see them. Give each call a time limit below
//     StartToCloseTimeout.
//   - That a failed attempt had no effect. Make activities idempotent.
//   - Once the activity's own deadline has passed, the SDK drops its result, even a
//     non-retryable error. A local activity that returns at its deadline fails with
//     either its own error or the timeout.
//   - The SDK's test environment sends activities no policy. There is no jitter in it, and
//     a listed type is final only when nothing wraps it: test with [NonRetryable].
//
// # Cost
//
// No history events. A successful activity costs one allocation and 25 ns.
package retry
