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
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// newWorker registers what this program runs. The plugin brings the interceptor
// of package retry. The book stands before it, so it sees what Temporal is told.
func newWorker(c client.Client, queue string, book *Book, breaker *Breaker, url string) (worker.Worker, error) {
	plugin, err := patterns.NewPlugin(patterns.Options{Retry: retry.InterceptorOptions{
		Classify: classify.Default, Jitter: retry.JitterEqual, Before: breaker.Before,
	}})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{
		Plugins:           []worker.Plugin{plugin},
		Interceptors:      []interceptor.WorkerInterceptor{book},
		WorkerStopTimeout: 5 * time.Second,
	})
	register(w, &Activities{URL: url, HTTP: newHTTPClient(), Breaker: breaker})
	return w, nil
}

func register(w worker.Registry, activities *Activities) {
	w.RegisterWorkflowWithOptions(Checkout, workflow.RegisterOptions{Name: "Checkout"})
	w.RegisterActivity(activities)
}

// abandon cancels workflows when the program was told to stop or cannot go on,
// so that none is left waiting for a worker that is gone.
func abandon(ctx context.Context, c client.Client, ids []string, cause error) error {
	if ctx.Err() != nil {
		cause = errors.New("stopped") // everything fails then
	}
	after, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	errs := []error{cause}
	for _, id := range ids {
		var none *serviceerror.NotFound
		switch err := c.CancelWorkflow(after, id, ""); {
		case errors.As(err, &none): // it was not started, or has ended
		case err != nil:
			errs = append(errs, fmt.Errorf("workflow %s may be left waiting, cancel it by hand: %w", id, err))
		default:
			_ = c.GetWorkflow(after, id, "").Get(after, nil) // Canceled, as asked
			errs = append(errs, fmt.Errorf("workflow %s was canceled", id))
		}
	}
	return errors.Join(errs...)
}
