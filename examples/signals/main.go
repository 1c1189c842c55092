// Signals fills an order with a burst of messages, while the order's workflow
// continues as new again and again, and shows that nothing is lost and nothing
// counts twice.
//
//	go run ./examples/signals
//
// The program finds or starts a Temporal server, runs a worker and a sender,
// and ends with a table of what was promised and what was found. The workflow
// to copy is in workflow.go, the sending in sender.go.
package main

import (
	"context"
	"crypto/rand"
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

// run is the program. It leaves nothing running.
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

	id, shelf := "order-"+rand.Text()[:8], &Shelf{}
	w, err := newWorker(c, id, &Activities{Shelf: shelf})
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	order, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: id}, Order, Input{Every: o.every})
	if err != nil {
		return err
	}
	s := &sender{client: c, orderID: id, say: teller(out)}
	s.say("started    workflow %s; it continues as new after %d items", id, o.every)
	sum, err := s.fill(ctx, o)
	if err != nil {
		return abandon(ctx, c, id, err)
	}
	return check(ctx, out, s, sum, shelf, order.GetRunID())
}
