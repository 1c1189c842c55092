// Order composes all packages of this library: an order is screened, approved by people
// if it is large, charged once, collected, packed and sent, and paid back when a later
// step fails.
//
//	go run ./examples/order                              # with a worker in this process
//	go run ./examples/order lost large                   # only these orders; -help lists all
//	go run ./examples/order -api http://127.0.0.1:8080   # with a worker of yours
//
// The program finds or starts a Temporal server, and runs the worker with its API and
// the companies that it works with. Then it sends orders, decides as people do, and
// prints how each order ends and what was charged. Copy the workflow in orders/, the
// set-up of a worker in service/, and the worker to deploy in worker/.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
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

// run leaves nothing running.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("order", flag.ContinueOnError)
	flags.SetOutput(out)
	api := flags.String("api", "", "the API of a worker that runs already, such as http://127.0.0.1:8080")
	address := flags.String("partners", "127.0.0.1:8090", "with -api: the address of the partners, as in ORDER_PARTNERS of the worker")
	flags.Usage = func() {
		_, _ = fmt.Fprintln(out, "order [flags] [order...]\n\nOrders:", names(), "\n\nFlags:")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	orders, err := choose(flags.Args())
	if err != nil {
		return err
	}
	if *api == "" {
		*address = "127.0.0.1:0"
	}
	companies := partners.New(payments.Options{}, nil)
	url, stop, err := loopback.ServeAt(ctx, *address, companies)
	if err != nil {
		return fmt.Errorf("-partners: %w; give the host and port of a free address", err)
	}
	defer stop()
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	if *api == "" {
		w, err := startWorker(ctx, out, url, fail)
		if err != nil {
			return err
		}
		defer w.stop()
		*api = w.api
	}
	return newCustomers(strings.TrimRight(*api, "/"), companies, out).order(ctx, orders)
}
