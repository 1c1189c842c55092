package timeouts_test

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// Several steps share an hour. When it is over, the number of finished steps is known.
func ExampleDo() {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.ExecuteWorkflow(func(ctx workflow.Context) (string, error) {
		done, err := timeouts.Do(ctx, time.Hour, func(ctx workflow.Context) (int, error) {
			for step := range 10 {
				if err := workflow.Sleep(ctx, 25*time.Minute); err != nil {
					return step, err
				}
			}
			return 10, nil
		})
		if errors.Is(err, timeouts.ReasonTimedOut) {
			return fmt.Sprintf("time is up after %d steps", done), nil
		}
		return "all done", err
	})
	var result string
	fmt.Println(env.GetWorkflowResult(&result), result)
	// Output: <nil> time is up after 2 steps
}

// A message extends the deadline of a step.
func ExampleDoUntil() {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	more := signals.New[time.Duration]("more")
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(more.Name(), 30*time.Minute) }, 50*time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (string, error) {
		deadline := signals.NewDeadline(ctx, time.Hour)
		workflow.Go(ctx, func(ctx workflow.Context) {
			by, ok, err := more.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, deadline)
			if ok && err == nil {
				err = deadline.Extend(ctx, by)
			}
			if err != nil {
				workflow.GetLogger(ctx).Warn("The deadline was not extended", "Error", err)
			}
		})
		return timeouts.DoUntil(ctx, deadline, time.Minute, func(ctx workflow.Context) (string, error) {
			return "done after 80 minutes", workflow.Sleep(ctx, 80*time.Minute)
		})
	})
	var result string
	fmt.Println(env.GetWorkflowResult(&result), result)
	// Output: <nil> done after 80 minutes
}

func ExampleRemind() {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		deadline := signals.NewDeadline(ctx, 72*time.Hour)
		timeouts.Remind(ctx, deadline, func(_ workflow.Context, before time.Duration) {
			fmt.Println("due in", before) // for example, start an activity that sends a mail
		}, 24*time.Hour, time.Hour)
		_, err := signals.AwaitUntil(ctx, deadline, func() bool { return false })
		return err
	})
	fmt.Println(env.GetWorkflowError())
	// Output:
	// due in 24h0m0s
	// due in 1h0m0s
	// <nil>
}

// A child workflow has the budget of its parent.
func ExampleBudgetOf() {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{timeouts.NewInterceptor()}})
	shipping := func(ctx workflow.Context) (time.Duration, error) {
		left, _ := timeouts.BudgetOf(ctx).Remaining(ctx)
		return left, nil
	}
	env.RegisterWorkflowWithOptions(shipping, workflow.RegisterOptions{Name: "Shipping"})
	env.ExecuteWorkflow(func(ctx workflow.Context) (left time.Duration, err error) {
		budget := timeouts.NewBudget(ctx, 2*time.Hour).Reserve(10 * time.Minute)
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return 0, err
		}
		ctx, err = budget.ChildWorkflow(ctx, workflow.ChildWorkflowOptions{}, time.Minute)
		if err != nil {
			return 0, err
		}
		err = workflow.ExecuteChildWorkflow(ctx, "Shipping").Get(ctx, &left)
		return left, err
	})
	var left time.Duration
	fmt.Println(env.GetWorkflowResult(&left), left)
	// Output: <nil> 50m0s
}
