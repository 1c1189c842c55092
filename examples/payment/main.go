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
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	if config := os.Getenv(workerEnv); config != "" {
		err = runWorker(config)
	} else {
		err = run(ctx, os.Args[1:], os.Stdout)
	}
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
