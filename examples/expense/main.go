// Expense is an expense report that people must approve before it is paid: start
// here to see the approval pattern from end to end. The amount says who: nobody
// below 100 euros, one of finance below 1000, else two of finance and then a
// director.
//
//	go run ./examples/expense                 # decide yourself, with curl or by a link
//	go run ./examples/expense -amount 7000    # the same, in two stages
//	go run ./examples/expense -auto           # all is played
//
// The program finds or starts a Temporal server, runs a worker, submits a
// report, says how to decide, and ends with the outcome. With -auto it submits
// one report after the other: one is sent back and comes again, and one is
// forgotten, with an escalation and a reminder. The workflow to copy is in
// workflow.go, and the rules in rules.go.
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

// run is the program: it returns when all reports have ended, or when ctx ends,
// and leaves nothing running.
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
	report := newReport(o.amount)
	p, err := open(ctx, server, "expense-"+report.ID, out)
	if err != nil {
		return err
	}
	defer p.close()
	if o.auto {
		return p.play(ctx, scenes())
	}
	_, err = p.submit(ctx, Submission{Report: report, Rules: rules(o.deadline)}, p.explain)
	return err
}
