package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// An app is a worker, and a site on which people decide.
type app struct {
	client    client.Client
	approvals *approvalclient.Client
	site      *site
	printf    func(format string, args ...any)
	stop      func()
}

// start connects to the server, and starts the worker and the site.
func start(ctx context.Context, o client.Options, queue string, printf func(string, ...any)) (_ *app, err error) {
	var stops []func()
	stop := func() {
		for i := range stops {
			stops[len(stops)-1-i]()
		}
	}
	defer func() {
		if err != nil {
			stop()
		}
	}()
	o.Logger = log.NewStructuredLogger(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	c, err := client.DialContext(ctx, o)
	if err != nil {
		return nil, err
	}
	stops = append(stops, c.Close)
	ledger, err := os.MkdirTemp("", "expense-ledger-")
	if err != nil {
		return nil, err
	}
	stops = append(stops, func() { _ = os.RemoveAll(ledger) })
	w, err := newWorker(c, queue, &Activities{Ledger: Ledger(ledger), Printf: printf})
	if err != nil {
		return nil, err
	}
	if err := w.Start(); err != nil {
		return nil, err
	}
	stops = append(stops, w.Stop)
	// The worker is in this program, and a busy machine may be slow: wait for it.
	approvals, err := approvalclient.New(c, approvalclient.Options{UpdateTimeout: 30 * time.Second})
	if err != nil {
		return nil, err
	}
	s, err := newSite(ctx, approvals, o.Namespace)
	if err != nil {
		return nil, err
	}
	stops = append(stops, s.stop)
	return &app{client: c, approvals: approvals, site: s, printf: printf, stop: stop}, nil
}

// newWorker registers what this program runs. The plugin brings what
// signals.DeadlineHistoryOrder needs.
func newWorker(c client.Client, queue string, activities *Activities) (worker.Worker, error) {
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{Plugins: []worker.Plugin{plugin}, WorkerStopTimeout: 5 * time.Second})
	register(w, activities)
	return w, nil
}

func register(w worker.Registry, activities *Activities) {
	w.RegisterWorkflowWithOptions(Expense, workflow.RegisterOptions{Name: "Expense"})
	w.RegisterWorkflowWithOptions(Deploy, workflow.RegisterOptions{Name: "Deploy"})
	w.RegisterActivity(activities)
}

// cancel cancels the workflow, so that it does not wait for a worker that is gone.
func cancel(ctx context.Context, c client.Client, execution client.WorkflowRun) error {
	after, done := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer done()
	var ended *serviceerror.NotFound
	switch err := c.CancelWorkflow(after, execution.GetID(), execution.GetRunID()); {
	case errors.As(err, &ended):
		return nil
	case err != nil:
		return fmt.Errorf("workflow %s still waits; cancel it by hand: %w", execution.GetID(), err)
	}
	_ = execution.Get(after, nil) // the cancellation
	return fmt.Errorf("workflow %s was canceled", execution.GetID())
}

// printer prints lines with the time since the start. It is safe for concurrent use.
func printer(out io.Writer) func(format string, args ...any) {
	var mu sync.Mutex
	start := time.Now()
	return func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(out, "%6.1fs  %s\n", time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
}
