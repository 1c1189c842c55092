package main

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// newWorker returns a worker with the plugin, which brings the interceptor of package retry.
func newWorker(c client.Client, queue string, activities *Activities, printf func(who, format string, args ...any)) (worker.Worker, error) {
	before := func(ctx context.Context) error {
		err := activities.Breaker.Before(ctx)
		if err != nil {
			info := activity.GetInfo(ctx)
			printf("worker", "%s: attempt %d is parked: %v", info.WorkflowExecution.ID, info.Attempt, err)
		}
		return err
	}
	plugin, err := patterns.NewPlugin(patterns.Options{Retry: retry.InterceptorOptions{
		Classify: classify.Default, Jitter: retry.JitterEqual, Before: before,
	}})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{Plugins: []worker.Plugin{plugin}, WorkerStopTimeout: 5 * time.Second})
	w.RegisterWorkflow(Checkout)
	w.RegisterActivity(activities)
	return w, nil
}
