// Chaos kills workers and servers while orders are on their way, and then looks
// from outside whether anything was lost or done twice.
//
//	go run ./internal/e2e/chaos                            # 200 orders, 30 kills, a private server with SQLite
//	go run ./internal/e2e/chaos -orders 50 -kills 10
//	go run ./internal/e2e/chaos -postgres postgres://me@127.0.0.1:5432/postgres   # the full server, its data there
//	go run ./internal/e2e/chaos -break guard               # without a protection: it fails, and says what it found
//
// The orders are those of examples/order; their workers are this program again, in
// processes of their own that are killed by SIGKILL, one or all at once, and so is
// the Temporal server, which comes back on the same port with the same data. People
// vote, some of them twice, and a warehouse tells everything twice. What was
// acknowledged to them, and the ledger of the payment provider, are the witnesses:
// at the end stands a table of what was promised and what was found. The program
// fails when they differ.
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

// run is the program. It leaves nothing running.
func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	r, err := newRig(ctx, o, out)
	if err != nil {
		return err
	}
	return r.run(ctx, out)
}

// run sends the orders, looks at what became of them, and ends everything.
func (r *rig) run(ctx context.Context, out io.Writer) error {
	defer r.close()
	if err := r.trouble(ctx); err != nil {
		return fmt.Errorf("%w; seed %d", err, r.seed)
	}
	return r.look(ctx, out)
}

// look tells what became of the orders. After an interrupt it tells nothing: what
// could not be looked at would seem wrong.
func (r *rig) look(ctx context.Context, out io.Writer) error {
	findings, err := r.check(ctx)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("what has happened cannot be looked at: %w; seed %d", err, r.seed)
	}
	return findings.tell(out, r.options)
}
