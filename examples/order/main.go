// Order is a long-running process that composes all that this library has: an order
// is screened, approved by people if it is large, charged once, collected, packed
// and sent, and paid back when a later step fails.
//
//	go run ./examples/order             # one order for each thing that can happen
//	go run ./examples/order -lost       # that one alone; see -help for the others
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

// run is the program. It leaves nothing running.
func run(ctx context.Context, args []string, out io.Writer) error {
	chosen, err := choose(args, out)
	if err != nil {
		return err
	}
	server, err := devserver.Connect(ctx, out)
	if err != nil {
		return err
	}
	defer server.Stop()
	s, err := open(ctx, server, out)
	if err != nil {
		return err
	}
	return errors.Join(s.play(ctx, chosen), s.close())
}

// choose reads a flag for each scene; without any, all are played.
func choose(args []string, out io.Writer) (chosen []scene, err error) {
	flags := flag.NewFlagSet("order", flag.ContinueOnError)
	flags.SetOutput(out)
	all := scenes()
	picked := make([]*bool, len(all))
	for i, s := range all {
		picked[i] = flags.Bool(s.name, false, s.what)
	}
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q; see -help", flags.Arg(0))
	}
	for i, s := range all {
		if *picked[i] || flags.NFlag() == 0 {
			chosen = append(chosen, s)
		}
	}
	return chosen, nil
}
