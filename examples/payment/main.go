// Payment charges a card once, although its worker is killed three times while it does so,
// each time at another point.
//
//	go run ./examples/payment                                  # the service honors idempotency keys
//	go run ./examples/payment -ignore-keys                     # it ignores them: the worker asks it
//	go run ./examples/payment -ignore-keys -bare               # no guard, for comparison
//	go run ./examples/payment -store postgres://user@host/db   # or redis://host:6379, or an SQLite file
//
// Copy workflow.go, activities.go and worker.go. The program finds or starts a Temporal
// server and runs a payment service; the worker is this program again, in a process of its
// own that can be killed. At the end the program prints the ledger of the service.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

func main() {
	var err error
	if text := os.Getenv(workerEnv); text != "" {
		err = runWorker(text)
	} else {
		err = run(context.Background(), os.Args[1:], os.Stdout)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("payment", flag.ExitOnError)
	ignoreKeys := flags.Bool("ignore-keys", false, "the service ignores idempotency keys, and the worker asks it instead")
	bare := flags.Bool("bare", false, "charge without a guard")
	store := flags.String("store", "", "idempotency records: postgres://user@host/db, redis://host:6379, or a file (default a temporary one)")
	_ = flags.Parse(args) // exits after an error
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
	service := payments.New(payments.Options{IgnoreKeys: *ignoreKeys})
	address, stop, err := loopback.Serve(ctx, service)
	if err != nil {
		return err
	}
	defer stop()
	order, receipt, err := pay(ctx, out, c, config{
		Address: server.ClientOptions.HostPort, Namespace: server.ClientOptions.Namespace,
		Service: address, Store: *store, IgnoresKeys: *ignoreKeys, Bare: *bare,
	})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%s is paid: receipt %q\n", order.ID, receipt.ID)
	entry := service.Ledger()[order.ID]
	_, err = fmt.Fprintf(out, "the ledger says: charged %d times, by %d requests\n", entry.Charges, entry.Requests)
	return err
}
