// Expense pays an expense report that people must approve first. The amount decides who
// approves it: below 100 euros no one need, below 1000 one of finance must, and from there
// on two of finance and then a director.
//
//	go run ./examples/expense                 # decide yourself, with curl or in a browser
//	go run ./examples/expense -amount 420     # one approval is enough
//	go run ./examples/expense -auto           # simulated approvers
//
// The program finds or starts a Temporal server, runs a worker and a site on which people
// decide, submits a report, and prints the outcome. Copy workflow.go, rules.go and site.go.
// A second workflow, in release.go, waits for two gates at once.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run submits a report and returns when it is decided, or when ctx ends.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("expense", flag.ContinueOnError)
	flags.SetOutput(out)
	auto := flags.Bool("auto", false, "simulate the approvers, so that the program ends by itself")
	amount := flags.Int("amount", 7000, "amount of the report, in euros")
	if err := flags.Parse(args); err != nil {
		return err
	}
	server, err := devserver.Connect(ctx, out)
	if err != nil {
		return err
	}
	defer server.Stop()
	server.ClientOptions.Logger = errorsOnly()
	c, err := client.DialContext(ctx, server.ClientOptions)
	if err != nil {
		return err
	}
	defer c.Close()
	d, err := newDemo(ctx, c, server.ClientOptions.Namespace, out)
	if err != nil {
		return err
	}
	defer d.stop()
	return d.submit(ctx, *amount, *auto)
}
