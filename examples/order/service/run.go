// Package service runs a worker as a deployment needs it: settings from the environment,
// an API, probes, metrics, and an orderly stop.
package service

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/examples/support/stores"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// Run serves on l until ctx ends or the worker fails. It answers the liveness probe at once.
// It waits for the Temporal server, which may start later and may be restarted.
func Run(ctx context.Context, l net.Listener, o Config) error {
	defer l.Close() //nolint:errcheck // Shutdown may have closed it
	metrics, page, err := NewMetrics()
	if err != nil {
		return err
	}
	o.Temporal.MetricsHandler, o.Temporal.Logger = metrics, log.NewStructuredLogger(o.Log)
	c, err := client.NewLazyClient(o.Temporal)
	if err != nil {
		return err
	}
	defer c.Close()
	api, err := NewAPI(c, o)
	if err != nil {
		return err
	}
	probes := &health{client: c}
	mux := http.NewServeMux()
	probes.register(mux)
	mux.Handle("GET /metrics", page)
	mux.Handle("/", api)
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	web := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: requestTimeout}
	go func() {
		if err := web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			fail(err)
		}
	}()
	o.Log.Info("listening", "address", l.Addr().String())
	stopWorker, err := start(ctx, c, o, fail)
	if err == nil {
		probes.ready.Store(true)
		<-ctx.Done()
		err = context.Cause(ctx)
		// First the load balancer sees the failing probe and sends no more requests, then
		// the requests end, which may need the worker, and then the activities.
		probes.ready.Store(false)
		<-time.After(o.Drain)
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if web.Shutdown(ending) != nil {
		_ = web.Close() // the remaining requests get no answer
	}
	stopWorker()
	if errors.Is(err, context.Canceled) {
		return nil // stopped as asked
	}
	return err
}

// start waits for the server, and starts the worker.
func start(ctx context.Context, c client.Client, o Config, fail func(error)) (stop func(), err error) {
	store, closing, err := stores.Open(ctx, o.Store)
	if err != nil {
		return func() {}, err
	}
	if err := waitForServer(ctx, c, o); err != nil {
		closing()
		return func() {}, err
	}
	w, err := NewWorker(c, store, o, fail)
	if err == nil {
		err = w.Start()
	}
	if err != nil {
		closing()
		return func() {}, err
	}
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	var ended sync.WaitGroup
	ended.Go(func() { sweep(running, store, o.Log) })
	ended.Go(func() { countApprovals(running, c, o) })
	return func() {
		w.Stop()
		end()
		ended.Wait()
		closing()
	}, nil
}

// waitForServer waits until the Temporal server answers.
func waitForServer(ctx context.Context, c client.Client, o Config) error {
	for tick := time.NewTicker(time.Second); ; {
		_, err := c.CheckHealth(ctx, &client.CheckHealthRequest{})
		if err == nil {
			return nil
		}
		o.Log.Warn("the Temporal server does not answer yet", "address", o.Temporal.HostPort, "error", err)
		select {
		case <-ctx.Done():
			tick.Stop()
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

const (
	sweepInterval = time.Hour
	sweepBatch    = 1000 // records for each statement
)

// sweep deletes expired idempotency records now and each hour, until ctx ends. Several
// workers may do so.
func sweep(ctx context.Context, store driver.Store, log *slog.Logger) {
	s, ok := store.(driver.Sweeper)
	if !ok {
		return // the store deletes them itself
	}
	tick := time.NewTicker(sweepInterval)
	defer tick.Stop()
	for {
		n, err := s.Sweep(ctx, sweepBatch)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			log.Warn("expired records are not deleted; the next attempt follows in an hour", "error", err)
		case n == sweepBatch:
			continue // there may be more
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
