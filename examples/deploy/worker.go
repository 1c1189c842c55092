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

// Activities are the steps outside the workflow.
type Activities struct {
	Say func(format string, args ...any)
}

// Rollout deploys a release, here by saying so.
func (a *Activities) Rollout(_ context.Context, r Release) error {
	a.Say("deploys    %s of %s", r.Version, r.Author)
	return nil
}

// newWorker registers what this program runs.
func newWorker(c client.Client, queue string, activities *Activities) (worker.Worker, error) {
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{
		Plugins:           []worker.Plugin{plugin},
		WorkerStopTimeout: 5 * time.Second,
	})
	register(w, activities)
	return w, nil
}

func register(w worker.Registry, activities *Activities) {
	w.RegisterWorkflowWithOptions(Deploy, workflow.RegisterOptions{Name: "Deploy"})
	w.RegisterActivity(activities)
}

// abandon cancels the workflow when the program was told to stop or cannot go
// on, so that none is left waiting for a worker that is gone.
func abandon(ctx context.Context, c client.Client, id string, cause error) error {
	if ctx.Err() != nil {
		cause = errors.New("stopped") // everything fails then
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var none *serviceerror.NotFound
	switch err := c.CancelWorkflow(after, id, ""); {
	case errors.As(err, &none): // it was not started, or has ended
		return cause
	case err != nil:
		return errors.Join(cause, fmt.Errorf("workflow %s may be left waiting, cancel it by hand: %w", id, err))
	}
	_ = c.GetWorkflow(after, id, "").Get(after, nil) // Canceled, as asked
	return errors.Join(cause, fmt.Errorf("workflow %s was canceled", id))
}
