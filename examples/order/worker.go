package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/examples/order/desk"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
)

// pace is how long people and partners have here, where it would be days.
const pace = 8 * time.Second

// startWorker runs the worker with its API in this process.
func (s *stage) startWorker(ctx context.Context, temporal client.Options, partners string) error {
	if err := setUpInbox(ctx, temporal); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "order-")
	if err != nil {
		return err
	}
	s.later(func() error { return os.RemoveAll(dir) })
	l, err := loopback.Listen(ctx)
	if err != nil {
		return err
	}
	s.desk = &desk.Desk{URL: "http://" + l.Addr().String(), HTTP: http.DefaultClient}
	working, stop := context.WithCancel(context.WithoutCancel(ctx)) // it ends after those who need it
	ended := make(chan error, 1)
	go func() {
		err := service.Run(working, l, service.Config{
			Temporal: temporal, Queue: "order-" + s.run, Partners: partners, Store: filepath.Join(dir, "records.db"),
			StopWithin: 20 * time.Second, Terms: func(orders.Order) orders.Terms { return orders.TermsOf(pace) },
			Identify: service.DemoSignIn,
			Log:      slog.New(slog.DiscardHandler), // each failure that is played would be told
		})
		s.fail(fmt.Errorf("the worker has ended: %w", err))
		ended <- err
	}()
	s.later(func() error { stop(); return <-ended })
	return nil
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
