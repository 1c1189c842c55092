// Order is a long-running process that composes all that this library has: an order
// is screened, approved by people if it is large, charged once, collected, packed
// and sent, and paid back when a later step fails.
//
//	go run ./examples/order             # one order for each thing that can happen
//	go run ./examples/order -lost       # that one alone; see -help for the others
//	go run ./examples/order -api http://127.0.0.1:8080   # with a worker of yours
//
// The program finds or starts a Temporal server, runs the worker with its API, and
// the companies that it works with; then it sends orders, plays the people, and
// fails when an order does not end as it must. The workflow to copy is in orders/,
// the set-up of a worker in service/, and the worker to deploy in worker/.
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
	err := run(ctx, os.Args[1:], os.Stdout)
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
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	s, err := open(ctx, o, fail, out)
	if err != nil {
		return err
	}
	return errors.Join(s.play(ctx, o.scenes), s.close())
}
