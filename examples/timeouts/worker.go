package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
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
	register(w, activities)
	return w, nil
}

func register(w worker.Registry, activities *Activities) {
	w.RegisterWorkflowWithOptions(Video, workflow.RegisterOptions{Name: "Video"})
	w.RegisterActivity(activities)
}

// cancelVideo cancels the workflow and waits until it has cleaned up.
func cancelVideo(ctx context.Context, c client.Client, id string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	var ended *serviceerror.NotFound
	switch err := c.CancelWorkflow(ctx, id, ""); {
	case errors.As(err, &ended):
		return nil
	case err != nil:
		return fmt.Errorf("workflow %s is still open, cancel it: %w", id, err)
	}
	if err := c.GetWorkflow(ctx, id, "").Get(ctx, nil); !temporal.IsCanceledError(err) {
		return fmt.Errorf("workflow %s was canceled, and ended otherwise: %w", id, err)
	}
	return fmt.Errorf("workflow %s was canceled", id)
}
