package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
)

// stopTimeout is how long a worker that is asked to stop waits for activities.
// It has to be as long as one attempt at those that send no heartbeats.
var stopTimeout = max(fetch.StartToCloseTimeout, publish.StartToCloseTimeout, remind.StartToCloseTimeout, cleanUp.StartToCloseTimeout)

// newWorker registers what this program runs. The plugin lets budgets travel,
// looks at the options of all that is started, and at the stopTimeout.
func newWorker(c client.Client, queue, name string, book *Book, studio *Studio) (worker.Worker, error) {
	plugin, err := patterns.NewPlugin(patterns.Options{
		Activities: []workflow.ActivityOptions{fetch, render, publish, remind, cleanUp},
	})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{
		Identity:          name,
		Plugins:           []worker.Plugin{plugin},
		Interceptors:      []interceptor.WorkerInterceptor{book.of(name)},
		WorkerStopTimeout: stopTimeout,
	})
	register(w, &Activities{Worker: name, Studio: studio})
	return w, nil
}

func register(w worker.Registry, activities *Activities) {
	w.RegisterWorkflowWithOptions(Video, workflow.RegisterOptions{Name: "Video"})
	w.RegisterActivity(activities)
}

// abandon cancels the workflow when the program was told to stop or cannot go
// on, and waits until it has cleaned up: a heartbeat tells the rendering.
func abandon(ctx context.Context, c client.Client, id string, cause error) error {
	if ctx.Err() != nil {
		cause = errors.New("stopped") // everything fails then
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	var none *serviceerror.NotFound
	switch err := c.CancelWorkflow(after, id, ""); {
	case errors.As(err, &none): // it was not started, or has ended
		return cause
	case err != nil:
		return errors.Join(cause, fmt.Errorf("workflow %s may be left waiting, cancel it by hand: %w", id, err))
	}
	_ = c.GetWorkflow(after, id, "").Get(after, nil) // Canceled, as asked
	if after.Err() != nil {
		return errors.Join(cause, fmt.Errorf("workflow %s was asked to end, and has not yet; look at it", id))
	}
	return errors.Join(cause, fmt.Errorf("workflow %s was canceled", id))
}
