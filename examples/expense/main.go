// Expense is an expense report that two members of finance must approve before
// it is paid: start here to see the approval pattern from end to end.
//
//	go run ./examples/expense          # decide yourself, with curl
//	go run ./examples/expense -auto    # the approvers are played
//
// The program finds or starts a Temporal server, runs a worker, submits a
// report, says how to decide, and ends with the outcome. The workflow to copy
// is in workflow.go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
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

// run is the program: it returns when the report is paid, refused or expired,
// or when ctx ends, and leaves nothing running.
func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	server, err := devserver.Connect(ctx, out)
	if err != nil {
		return err
	}
	defer server.Stop()
	server.ClientOptions.Logger = log.NewStructuredLogger(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	c, err := client.DialContext(ctx, server.ClientOptions)
	if err != nil {
		return err
	}
	defer c.Close()

	ledger, err := os.MkdirTemp("", "expense-ledger-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(ledger) }()
	say := teller(out)
	report := o.report()
	w, err := newWorker(c, "expense-"+report.ID, &Activities{Ledger: Ledger(ledger), Say: say})
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()

	execution, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: "expense-" + report.ID, TaskQueue: "expense-" + report.ID},
		"Expense", Submission{Report: report, Approval: o.policy()})
	if err != nil {
		return err
	}
	say("submitted  report %s of %s: workflow %s", report.ID, report.Employee, execution.GetID())

	api := &API{Client: approval.NewClient(c, approval.ClientOptions{}), WorkflowID: execution.GetID(), Say: say}
	stopAPI, url, err := api.serve(ctx)
	if err != nil {
		return err
	}
	defer stopAPI()
	var result Result
	ended := make(chan error, 1)
	open, closed := context.WithCancel(ctx)
	go func() {
		defer closed()
		ended <- execution.Get(ctx, &result)
	}()
	if err := api.decideBy(open, o, url, server, say); err != nil && open.Err() == nil {
		return errors.Join(err, abandon(ctx, c, execution))
	}
	watched := api.watch(open)
	err = <-ended
	<-watched
	if ctx.Err() != nil {
		return abandon(ctx, c, execution)
	} else if err != nil {
		return err
	}
	say("%-10s approvers: %v, receipt: %q", result.State, result.Approvers, result.Receipt)
	return nil
}
