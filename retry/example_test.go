package retry_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// What a policy means, before anything has failed.
func ExamplePlan() {
	policy := retry.Transient(retry.MaximumAttempts(4))
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

// The name on the wire comes from the type, so it cannot be misspelled.
func ExampleNonRetryable() {
	policy := retry.Remote(retry.ErrorTypes(&CardDeclined{}))
	fmt.Println(policy.NonRetryableErrorTypes, retry.Validate(policy))
	fmt.Println(retry.Validate(retry.Remote(retry.ErrorTypes(errors.New("declined")))))
	// Output:
	// [CardDeclined] <nil>
	// retry: NonRetryable was given the error "declined", which has no type of its own; give it a value of a named type, or mark such errors with retry.Permanent
}

func ExampleCheckResponse() {
	response := &http.Response{StatusCode: 503, Header: http.Header{"Retry-After": {"120"}}}
	err := fmt.Errorf("charging order 7: %w", retry.CheckResponse(response))
	fmt.Println(err)
	fmt.Println(retry.Default(context.Background(), err))
	// Output:
	// charging order 7: HTTP 503 Service Unavailable, retry after 2m0s
	// {retryable HTTP503 2m0s false}
}

// An error that is wrapped is final all the same, and its type is still there.
func ExampleNewInterceptor() {
	env := testenv.New()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{retry.NewInterceptor(retry.InterceptorOptions{})}})
	attempts := 0
	charge := func(context.Context) error {
		attempts++
		return fmt.Errorf("charging order 7: %w", retry.Permanent(&CardDeclined{"stolen"}))
	}
	env.RegisterActivity(charge)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		policy := retry.Remote()
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &policy})
		err := workflow.ExecuteActivity(ctx, charge).Get(ctx, nil)
		var app *temporal.ApplicationError
		fmt.Println(retry.IsNonRetryable(err, policy), errors.As(retry.LastFailure(err), &app), app.Message())
		return retry.Propagate(err)
	})
	fmt.Println(attempts, "attempt")
	// Output:
	// true true charging order 7: declined: stolen
	// 1 attempt
}

// Fast at first, then every ten minutes: one activity, whose policy has no
// MaximumAttempts.
func ExampleFastThenSlow() {
	policy := retry.Fast(retry.MaximumAttempts(0)) // for the activity
	schedule := retry.FastThenSlow(10, 10*time.Minute)
	_ = retry.NewInterceptor(retry.InterceptorOptions{Schedule: schedule}) // for the worker

	plan := retry.Plan(policy, retry.Limits{})
	fmt.Println(policy.MaximumAttempts, plan.Wait(9).Round(100*time.Millisecond))
	fmt.Println(schedule(activity.Info{Attempt: 9}), schedule(activity.Info{Attempt: 10}))
	// Output:
	// 0 25.6s
	// 0s 10m0s
}
