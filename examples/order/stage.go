package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/examples/internal/loopback"
	"github.com/temporal-patterns/temporal-patterns/examples/internal/payments"
	"github.com/temporal-patterns/temporal-patterns/examples/order/desk"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
)

// pace is how long people and partners have here, where it would be days.
const pace = 8 * time.Second

// A stage is all that an order needs besides a Temporal server.
type stage struct {
	run      string // tells this program's orders from those of others
	desk     *desk.Desk
	partners *partners.Partners
	out      io.Writer
	close    func() error
}

// open starts the partners and the worker with its API, and waits until it is ready.
func open(ctx context.Context, server *devserver.Server, out io.Writer) (*stage, error) {
	s := &stage{run: rand.Text()[:6], partners: partners.New(payments.Options{}, nil), out: out}
	address, stopPartners, err := loopback.Serve(ctx, s.partners)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "order-")
	if err != nil {
		stopPartners()
		return nil, err
	}
	l, err := loopback.Listen(ctx)
	if err != nil {
		stopPartners()
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s.desk = &desk.Desk{URL: "http://" + l.Addr().String(), HTTP: http.DefaultClient}
	working, stopWorking := context.WithCancel(context.WithoutCancel(ctx)) // it ends after those who need it
	ended := make(chan error, 1)
	go func() {
		ended <- service.Run(working, l, service.Config{
			Temporal: server.ClientOptions, Queue: "order-" + s.run, Partners: address, Store: filepath.Join(dir, "records.db"),
			StopWithin: 20 * time.Second, Terms: func(orders.Order) orders.Terms { return orders.TermsOf(pace) },
			Identify: service.DemoSignIn,
			Log:      slog.New(slog.DiscardHandler), // each failure that is played would be told
		})
	}()
	s.close = func() error {
		stopWorking()
		err := <-ended
		stopPartners()
		return errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.ready(ctx, ended); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// ready asks the probe until the worker runs.
func (s *stage) ready(ctx context.Context, ended chan error) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.desk.URL+"/readyz", nil)
		if err != nil {
			return err
		}
		if response, err := s.desk.HTTP.Do(r); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case err := <-ended:
			ended <- nil // it is told here, and waited for in close
			return err
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}
