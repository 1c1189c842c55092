package main

import (
	"log/slog"
	"os"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
)

// newWorker returns a worker with the plugin, which brings what
// signals.DeadlineHistoryOrder needs.
func newWorker(c client.Client, queue string, activities *Activities) (worker.Worker, error) {
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{Plugins: []worker.Plugin{plugin}, WorkerStopTimeout: 5 * time.Second})
	w.RegisterWorkflow(Expense)
	w.RegisterWorkflow(Deploy)
	w.RegisterActivity(activities)
	return w, nil
}

// errorsOnly returns a logger that keeps the SDK's warnings out of the output.
func errorsOnly() log.Logger {
	return log.NewStructuredLogger(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
}
