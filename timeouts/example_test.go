package timeouts_test

import (
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A package-level variable: a program with invalid options does not start.
var upload = timeouts.Must(timeouts.Long(time.Hour, 24*time.Hour))

func ExampleMust() {
	fmt.Println(upload.StartToCloseTimeout, upload.ScheduleToCloseTimeout, upload.HeartbeatTimeout)
	// Output: 1h0m0s 24h0m0s 30s
}

func ExampleActivity() {
	_, err := timeouts.Activity(30*time.Second, 32*time.Second, timeouts.Options{})
	fmt.Println(err)
	charge, err := timeouts.Activity(30*time.Second, 10*time.Minute, timeouts.Options{})
	fmt.Println(charge.StartToCloseTimeout, charge.ScheduleToCloseTimeout, err)
	// Output:
	// <nil>
	// 30s 10m0s <nil>
}

// Each step gets at most the remaining time.
func ExampleBudget_Activity() {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
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
