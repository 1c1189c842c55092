package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// pace limits the waits for people and partners to seconds. In production they are days.
const pace = 8 * time.Second

// localWorker runs the worker and its API in this process.
type localWorker struct {
	api   string
	stops []func() // in the order of the starts
}

// startWorker finds or starts a Temporal server and runs a worker. The worker calls fail
// when it cannot go on.
func startWorker(ctx context.Context, out io.Writer, partners string, fail func(error)) (*localWorker, error) {
	w := &localWorker{}
	err := w.start(ctx, out, partners, fail)
	if err != nil {
		w.stop()
	}
	return w, err
}

func (w *localWorker) start(ctx context.Context, out io.Writer, partners string, fail func(error)) error {
	server, err := devserver.Connect(ctx, out)
	if err != nil {
		return err
	}
	w.stops = append(w.stops, server.Stop)
	if err := setUpInbox(ctx, server.ClientOptions); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "order-")
	if err != nil {
		return err
	}
	w.stops = append(w.stops, func() { _ = os.RemoveAll(dir) })
	l, err := loopback.Listen(ctx)
	if err != nil {
		return err
	}
	w.api = "http://" + l.Addr().String()
	working, end := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		fail(fmt.Errorf("the worker has ended: %w", service.Run(working, l, service.Config{
			Temporal: server.ClientOptions, Queue: "order-" + rand.Text()[:6], Partners: partners,
			Store: filepath.Join(dir, "records.db"), StopWithin: 20 * time.Second,
			Terms:    func(orders.Order) orders.Terms { return orders.TermsOf(pace) },
			Identify: service.DemoSignIn,
			Log:      slog.New(slog.DiscardHandler), // the failures that partners cause
		})))
	}()
	w.stops = append(w.stops, func() { end(); <-ended })
	return nil
}

func (w *localWorker) stop() {
	for len(w.stops) > 0 {
		last := len(w.stops) - 1
		w.stops[last]()
		w.stops = w.stops[:last]
	}
}

// setUpInbox adds the search attributes of the approval inbox. A deployment does so
// once, by "temporal-patterns search-attributes create".
func setUpInbox(ctx context.Context, temporal client.Options) error {
	c, err := client.DialContext(ctx, temporal)
	if err != nil {
		return err
	}
	defer c.Close()
	return approvalclient.SetUpInbox(ctx, c, cmp.Or(temporal.Namespace, client.DefaultNamespace))
}
