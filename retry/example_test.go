package retry_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// What a policy means, before anything has failed.
func ExamplePlan() {
	policy := retry.Transient()
	policy.MaximumAttempts = 4
	fmt.Print(retry.Plan(policy, retry.Limits{StartToClose: 10 * time.Second, ScheduleToClose: 2 * time.Minute}))
	// Output:
	//   attempt   wait  earliest  latest
	//         1               0s      0s
	//         2  500ms     500ms   10.5s
	//         3     1s      1.5s   21.5s
	//         4     2s      3.5s   33.5s
	// 4 attempts, over after 43.5s at the latest
}

// CardDeclined is a failure that no retry can help.
type CardDeclined struct{ Reason string }

func (e *CardDeclined) Error() string { return "declined: " + e.Reason }

// The names come from the types, so they cannot be misspelled.
func ExampleErrorTypes() {
	policy := retry.Remote()
	policy.NonRetryableErrorTypes = retry.ErrorTypes(&CardDeclined{})
	fmt.Println(policy.NonRetryableErrorTypes, retry.Validate(policy))
	policy.NonRetryableErrorTypes = retry.ErrorTypes(errors.New("declined"))
	fmt.Println(retry.Validate(policy))
	// Output:
	// [CardDeclined] <nil>
	// retry: ErrorTypes was given the error "declined", which has no type of its own; use a named type, or mark such errors with retry.NonRetryable
}

// Without the interceptor Temporal retries an error that is wrapped, whatever is
// inside.
func ExampleNewInterceptor() {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{retry.NewInterceptor(retry.InterceptorOptions{})}})
	attempts := 0
	charge := func(context.Context) error {
		attempts++
		return fmt.Errorf("charging order 7: %w", retry.NonRetryable(&CardDeclined{"stolen"}))
	}
	env.RegisterActivity(charge)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		policy := retry.Remote()
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &policy})
		err := workflow.ExecuteActivity(ctx, charge).Get(ctx, nil)
		fmt.Println(retry.ReasonOf(err))
		var last *temporal.ApplicationError
		if errors.As(retry.LastFailure(err), &last) {
			fmt.Println(last.Message())
		}
		return retry.Propagate(err)
	})
	fmt.Println(attempts, "attempt")
	// Output:
	// retry.NonRetryable true
	// charging order 7: declined: stolen
	// 1 attempt
}

// Ten fast attempts, then one every ten minutes, in one activity.
func ExampleFastThenSlow() {
	policy, schedule := retry.FastThenSlow(10, 10*time.Minute)
	_ = workflow.ActivityOptions{ScheduleToCloseTimeout: 48 * time.Hour, RetryPolicy: &policy} // for the activity
	_ = retry.NewInterceptor(retry.InterceptorOptions{Schedule: schedule})                     // for the worker

	fmt.Println(retry.Plan(policy, retry.Limits{}).Wait(9).Round(100 * time.Millisecond))
	fmt.Println(schedule(activity.Info{Attempt: 9}), schedule(activity.Info{Attempt: 10}))
	// Output:
	// 25.6s
	// 0s 10m0s
}
