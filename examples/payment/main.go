// Payment charges a card once, although its worker is killed three times while it
// does so, each time at another point.
//
//	go run ./examples/payment                                  # a service that honours keys
//	go run ./examples/payment -ignore-keys                     # one that does not: it is asked
//	go run ./examples/payment -ignore-keys -bare               # without a guard, for contrast
//	go run ./examples/payment -store postgres://user@host/db   # or redis://host:6379, or an SQLite file
//
// The program finds or starts a Temporal server and runs a payment service; the
// worker is this program again, in a process of its own that can be killed. At the
// end stands the ledger of the service, and the program fails when it does not say
// what was promised. The activity to copy is in charge.go, the worker in
// worker.go.
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
	if setup := os.Getenv(workerEnv); setup != "" {
		err = work(setup)
	} else {
		err = run(ctx, os.Args[1:], os.Stdout)
	}
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
