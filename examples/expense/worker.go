package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
)

// newWorker registers what this program runs. The plugin brings what
// signals.DeadlineHistoryOrder needs.
func newWorker(c client.Client, queue string, activities *Activities) (worker.Worker, error) {
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{
		Plugins:           []worker.Plugin{plugin},
		WorkerStopTimeout: 5 * time.Second,
	})
	w.RegisterWorkflowWithOptions(Expense, workflow.RegisterOptions{Name: "Expense"})
	w.RegisterActivity(activities)
	return w, nil
}

// abandon cancels the workflow when the program cannot go on or was told to
// stop, so that none is left waiting for a worker that is gone.
func abandon(ctx context.Context, c client.Client, execution client.WorkflowRun) error {
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var none *serviceerror.NotFound
	if err := c.CancelWorkflow(after, execution.GetID(), execution.GetRunID()); errors.As(err, &none) {
		return fmt.Errorf("stopped; workflow %s has ended", execution.GetID())
	} else if err != nil {
		return fmt.Errorf("stopped; workflow %s is left waiting, cancel it by hand: %w", execution.GetID(), err)
	}
	_ = execution.Get(after, nil) // Canceled, as asked
	return fmt.Errorf("stopped; workflow %s was canceled", execution.GetID())
}
