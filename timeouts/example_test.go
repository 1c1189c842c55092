package timeouts_test

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A package-level variable: a program with bad options does not start.
var upload = timeouts.Must(timeouts.Long(time.Hour, 24*time.Hour))

func ExampleMust() {
	fmt.Println(upload.StartToCloseTimeout, upload.ScheduleToCloseTimeout, upload.HeartbeatTimeout)
	// Output: 1h0m0s 24h0m0s 30s
}

func ExampleActivity() {
	_, err := timeouts.Activity(30*time.Second, 20*time.Second, timeouts.Options{})
	fmt.Println(err)
	// Output:
	// timeouts/lint: T004 StartToCloseTimeout: 30s is above ScheduleToCloseTimeout, 20s, and is silently shortened to it; lower it, or raise ScheduleToCloseTimeout
	// timeouts/lint: T005 ScheduleToCloseTimeout: 20s have passed when one attempt has timed out after 20s and the first wait has taken 1s, so there is no retry; raise it, or lower StartToCloseTimeout
}

// Whatever is left is what the next step gets.
func ExampleBudget_Activity() {
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		budget := timeouts.NewBudget(ctx, time.Hour).Reserve(5 * time.Minute)
		for range 3 {
			step, err := budget.Activity(ctx, timeouts.Standard())
			if err != nil {
				return err // no time is left for it
			}
			o := workflow.GetActivityOptions(step)
			fmt.Println(o.StartToCloseTimeout, "for each attempt,", o.ScheduleToCloseTimeout, "for all")
			if err := workflow.Sleep(ctx, 27*time.Minute+20*time.Second); err != nil {
				return err
			}
		}
		return nil
	})
	fmt.Println(env.GetWorkflowError())
	// Output:
	// 30s for each attempt, 10m0s for all
	// 30s for each attempt, 10m0s for all
	// 20s for each attempt, 20s for all
	// <nil>
}
