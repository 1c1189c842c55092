// Expense is an expense report that people must approve before it is paid. The amount
// says who approves it: below 100 euros the rules do, below 1000 one of finance, else two
// of finance and then a director.
//
//	go run ./examples/expense                 # decide yourself, with curl or in a browser
//	go run ./examples/expense -amount 420     # one approval is enough
//	go run ./examples/expense -auto           # simulated approvers
//
// The program finds or starts a Temporal server, runs a worker and a site on which people
// decide, submits a report, and prints the outcome. The workflow to copy is in workflow.go.
// A second workflow, in release.go, waits for two gates at once.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

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
	report := Report{ID: rand.Text()[:8], Employee: "eve", Purpose: " train to the customer ", Euros: *amount}
	id := "expense-" + report.ID // also the name of the task queue
	app, err := start(ctx, server.ClientOptions, id, printer(out))
	if err != nil {
		return err
	}
	defer app.stop()

	execution, err := app.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: id}, "Expense",
		Submission{Report: report, Rules: rules(10 * time.Minute)})
	if err != nil {
		return err
	}
	if *auto {
		err = app.simulate(ctx, id)
	} else {
		err = app.explain(ctx, id)
	}
	var result Result
	if err = errors.Join(err, execution.Get(ctx, &result)); err != nil {
		return errors.Join(err, cancel(ctx, app.client, execution))
	}
	app.printf("%-10s approvers: %v, receipt: %q", result.State, result.Approvers, result.Receipt)
	return nil
}
