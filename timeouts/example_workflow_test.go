package timeouts_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
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
		if timeouts.IsTimedOut(err) {
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
	env := testenv.New(timeouts.NewInterceptor(timeouts.InterceptorOptions{}))
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

// An activity that goes on where the previous attempt has left off, and says
// why it was interrupted.
func ExampleHeartbeat() {
	export := func(ctx context.Context) error {
		var next atomic.Int64
		if page, ok := timeouts.Progress[int64](ctx); ok {
			next.Store(page)
		}
		ctx, cancel := timeouts.WithWorkerStop(ctx)
		defer cancel()
		stop := timeouts.Heartbeat(ctx, func() any { return next.Load() })
		defer stop()
		for ; next.Load() < 100; next.Add(1) {
			if err := ctx.Err(); err != nil {
				sdkactivity.GetLogger(ctx).Info("The export is interrupted", "Cause", timeouts.CauseOf(ctx), "Page", next.Load())
				return err
			}
			// Here page number next is exported.
		}
		return nil
	}
	env := testenv.New()
	env.RegisterActivity(export)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, upload), export).Get(ctx, nil)
	})
	fmt.Println(env.GetWorkflowError())
	// Output: <nil>
}

// A worker that is stopped as soon as it is told to leaves activities no time.
func ExampleCheckWorker() {
	fmt.Println(timeouts.CheckWorker(worker.Options{}, []workflow.ActivityOptions{timeouts.Quick()}))
	// Output:
	// T009 WorkerStopTimeout: 0s is below the 10s that an attempt may take: a worker that is stopped gives it up, and its retry begins when that time is over; set it to 10s or more, or send heartbeats
}
