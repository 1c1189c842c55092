package timeouts_test

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// Several steps have an hour together. If they do not make it, what was done is
// still known.
func ExampleDo() {
	env := testenv.New()
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

// A deadline for several steps, which a message may extend.
func ExampleDoUntil() {
	env := testenv.New()
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
				workflow.GetLogger(ctx).Warn("There is no more time", "Error", err)
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
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		deadline := signals.NewDeadline(ctx, 72*time.Hour)
		timeouts.Remind(ctx, deadline, func(_ workflow.Context, before time.Duration) {
			fmt.Println("due in", before) // an activity that writes to somebody
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

// A child workflow knows the budget of its parent.
func ExampleBudgetOf() {
	env := testenv.New(timeouts.NewInterceptor())
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
