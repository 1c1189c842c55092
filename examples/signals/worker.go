package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
)

// newWorker registers what this program runs. With the plugin a run that ends
// reports the messages that nobody has used.
func newWorker(c client.Client, queue string, activities *Activities) (worker.Worker, error) {
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{
		Plugins:           []worker.Plugin{plugin},
		WorkerStopTimeout: 5 * time.Second,
	})
	w.RegisterWorkflowWithOptions(Order, workflow.RegisterOptions{Name: "Order"})
	w.RegisterActivity(activities)
	return w, nil
}

// abandon cancels the order, in whatever run, when the program was told to stop
// or cannot go on, so that none is left waiting for a worker that is gone.
func abandon(ctx context.Context, c client.Client, id string, cause error) error {
	if ctx.Err() != nil {
		cause = nil // everything fails then
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := c.CancelWorkflow(after, id, ""); err != nil {
		return errors.Join(cause, fmt.Errorf("stopped; workflow %s may be left waiting, cancel it by hand: %w", id, err))
	}
	_ = c.GetWorkflow(after, id, "").Get(after, nil) // Canceled, as asked
	return errors.Join(cause, fmt.Errorf("stopped; workflow %s was canceled", id))
}
