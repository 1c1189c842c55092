package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/examples/order/desk"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// patience is how long the worker may take to be ready.
const patience = time.Minute

// A stage is all that an order needs.
type stage struct {
	run      string // tells this program's orders from those of others
	desk     *desk.Desk
	partners *partners.Partners
	out      io.Writer
	fail     context.CancelCauseFunc
	closing  []func() error // backwards
}

// open starts the partners, and a server and a worker if there is none, and waits
// until the worker is ready. After an error nothing is left of them. fail is to end
// ctx: the worker does when it ends too early.
func open(ctx context.Context, o options, fail context.CancelCauseFunc, out io.Writer) (*stage, error) {
	s := &stage{run: rand.Text()[:6], partners: partners.New(payments.Options{}, nil), out: out, fail: fail}
	err := s.start(ctx, o)
	if err == nil {
		err = s.ready(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *stage) start(ctx context.Context, o options) error {
	if o.api != "" {
		s.desk = &desk.Desk{URL: strings.TrimRight(o.api, "/"), HTTP: http.DefaultClient}
		_, stop, err := loopback.ServeAt(ctx, o.partners, s.partners)
		if err != nil {
			return fmt.Errorf("%w; give -partners an address that is free", err)
		}
		s.later(func() error { stop(); return nil })
		return nil
	}
	server, err := devserver.Connect(ctx, s.out)
	if err != nil {
		return err
	}
	s.later(func() error { server.Stop(); return nil })
	address, stop, err := loopback.Serve(ctx, s.partners)
	if err != nil {
		return err
	}
	s.later(func() error { stop(); return nil })
	return s.startWorker(ctx, server.ClientOptions, address)
}

func (s *stage) later(f func() error) { s.closing = append(s.closing, f) }

func (s *stage) close() (err error) {
	for i := range s.closing {
		err = errors.Join(err, s.closing[len(s.closing)-1-i]())
	}
	return err
}

// ready asks the probe until the worker runs.
func (s *stage) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.desk.URL+"/readyz", nil)
		if err != nil {
			return err
		}
		response, err := s.desk.HTTP.Do(r)
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
			err = errors.New(response.Status)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the worker at %s is not ready (%w): %w", s.desk.URL, err, context.Cause(ctx))
		case <-tick.C:
		}
	}
}
