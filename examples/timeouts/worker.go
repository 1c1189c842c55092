package main

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
)

// stopTimeout limits the time that a stopping worker waits for its activities. It is the
// longest attempt without heartbeats.
var stopTimeout = max(fetch.StartToCloseTimeout, publish.StartToCloseTimeout, remind.StartToCloseTimeout, cleanUp.StartToCloseTimeout)

// newWorker returns a worker with the plugin, which carries the budget to activities
// and checks the timeouts.
func newWorker(c client.Client, queue string, activities *Activities) (worker.Worker, error) {
	plugin, err := patterns.NewPlugin(patterns.Options{
		Activities: []workflow.ActivityOptions{fetch, render, publish, remind, cleanUp},
	})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{Plugins: []worker.Plugin{plugin}, WorkerStopTimeout: stopTimeout})
	w.RegisterWorkflow(Video)
	w.RegisterActivity(activities)
	return w, nil
}

// cancelVideo cancels the workflow and waits until it has cleaned up.
func cancelVideo(ctx context.Context, c client.Client, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if err := c.CancelWorkflow(ctx, id, ""); err != nil {
		return fmt.Errorf("workflow %s is still open, cancel it: %w", id, err)
	}
	_ = c.GetWorkflow(ctx, id, "").Get(ctx, nil) // returns the cancellation
	return fmt.Errorf("workflow %s was canceled", id)
}
