// Chaos kills workers and servers while orders are processed, and then checks from
// outside that nothing was lost or done twice.
//
//	go run ./internal/e2e/chaos                            # 200 orders, 30 kills, a private server with SQLite
//	go run ./internal/e2e/chaos -orders 50 -kills 10
//	go run ./internal/e2e/chaos -postgres postgres://me@127.0.0.1:5432/postgres   # the full server, its data there
//	go run ./internal/e2e/chaos -break guard               # without a protection: it fails, and says what it found
//
// The orders are those of examples/order. Their workers are this program again, in
// processes of their own. The program kills workers by SIGKILL, one or all at once, and
// the Temporal server, which comes back on the same port with the same data. People vote,
// some of them twice, and a warehouse reports each item twice. At the end the program
// compares what it acknowledged and the ledger of the payment provider with what the
// server holds, and prints a table. It fails when they differ.
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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	if setup := os.Getenv(workerEnv); setup != "" {
		err = runWorker(setup)
	} else {
		err = run(ctx, os.Args[1:], os.Stdout)
	}
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run leaves nothing running.
func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	r, err := newExperiment(ctx, o, out)
	if err != nil {
		return err
	}
	return r.run(ctx, out)
}

// run sends the orders, checks them, and stops everything.
func (r *experiment) run(ctx context.Context, out io.Writer) error {
	defer r.close()
	if err := r.sendAndKill(ctx); err != nil {
		return fmt.Errorf("%w; seed %d", err, r.seed)
	}
	return r.report(ctx, out)
}

// report checks the orders and writes the table. After an interrupt it writes nothing,
// because checks that could not be made would look like violations.
func (r *experiment) report(ctx context.Context, out io.Writer) error {
	findings, err := r.check(ctx)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("the orders cannot be checked: %w; seed %d", err, r.seed)
	}
	return findings.write(out, r.options)
}
