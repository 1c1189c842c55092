// Quickstart runs a worker, starts an order, decides on it and reports its parcel.
package main

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

func main() {
	if err := run(context.Background(), os.Getenv("TEMPORAL_ADDRESS")); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, address string) error {
	c, err := client.Dial(client.Options{HostPort: address, Logger: sdklog.NewStructuredLogger(slog.Default())})
	if err != nil {
		return err
	}
	defer c.Close()
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		return err
	}
	w := worker.New(c, "orders", worker.Options{Plugins: []worker.Plugin{plugin}})
	w.RegisterWorkflow(Process)
	// In memory for a first try; sqlstore, pgstore and redisstore outlive the worker.
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	pay := func(_ context.Context, _ string, cents int) (string, error) {
		return fmt.Sprintf("paid %d", cents), nil
	}
	if err := idempotency.Register(w, guard, &Activities{Pay: pay},
		map[string]idempotency.ActivityOptions{"Charge": {PassThrough: true}}); err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	order, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "order-7", TaskQueue: "orders"},
		Process, Order{ID: "7", Customer: "carl", Cents: 4200})
	if err != nil {
		return err
	}
	people, err := approvalclient.New(c, approvalclient.Options{})
	if err != nil {
		return err
	}
	sue := policy.Actor{ID: "sue", Groups: []string{"sales"}, Auth: "sso"} // who has signed in, at your service
	vote := approvalclient.Vote{Actor: sue, Choice: policy.ChoiceApprove}
	receipt, err := people.Decide(ctx, approvalclient.Ref{WorkflowID: "order-7"}, "order", vote)
	if err != nil {
		return err
	}
	fmt.Println("sue decides:", receipt.State)
	if err := Packed.Send(ctx, c, signals.Ref{WorkflowID: "order-7"}, "parcel 81"); err != nil {
		return err
	}
	var result string
	err = order.Get(ctx, &result)
	fmt.Println("the order ends:", result)
	return err
}
