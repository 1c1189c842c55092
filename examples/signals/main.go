// Signals sends 2,250 items to an order, some of them twice, while the order's
// workflow continues as new. Every item counts once.
//
//	go run ./examples/signals
//
// The program finds or starts a Temporal server, and runs a worker and a sender. The
// workflow to copy is in workflow.go.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"time"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	server, err := devserver.Connect(ctx, out)
	if err != nil {
		return err
	}
	defer server.Stop()
	server.ClientOptions.Logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.DialContext(ctx, server.ClientOptions)
	if err != nil {
		return err
	}
	defer c.Close()

	ref := signals.Ref{WorkflowID: "order-" + rand.Text()[:8]}
	w, err := newWorker(c, ref.WorkflowID, &Activities{})
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	options := client.StartWorkflowOptions{ID: ref.WorkflowID, TaskQueue: ref.WorkflowID, WorkflowExecutionTimeout: 10 * time.Minute}
	if _, err := c.ExecuteWorkflow(ctx, options, Order, Input{Every: 500}); err != nil {
		return err
	}

	if err := fill(ctx, out, c, ref); err != nil {
		return err
	}
	sum, err := checkout(ctx, c, ref)
	fmt.Fprintf(out, "%d items in the order, %d.%02d euros, in %d runs\n", sum.Items, sum.Cents/100, sum.Cents%100, sum.Runs)
	return err
}

// newWorker returns a worker with the plugin.
func newWorker(c client.Client, queue string, activities *Activities) (worker.Worker, error) {
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{Plugins: []worker.Plugin{plugin}})
	w.RegisterWorkflow(Order)
	w.RegisterActivity(activities)
	return w, nil
}
