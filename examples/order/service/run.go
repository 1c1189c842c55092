// Package service is a worker as one deploys it, to be copied: its set-up by the
// environment, its API, its probes, its metrics, and how it stops.
package service

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/examples/support/stores"
)

// Run serves on l until ctx ends, or until something happens that it cannot mend.
// It answers the liveness probe at once, and waits for the Temporal server as long
// as that takes: it may come later, and go, and come again.
func Run(ctx context.Context, l net.Listener, o Config) error {
	defer l.Close() //nolint:errcheck // it may be closed already
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
	health := &Health{Client: c}
	mux := http.NewServeMux()
	health.Register(mux)
	mux.Handle("GET /metrics", page)
	mux.Handle("/", api)
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	web := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: within}
	go func() {
		if err := web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			fail(err)
		}
	}()
	o.Log.Info("listening", "address", l.Addr().String())
	stopWorker, err := start(ctx, c, o, fail)
	if err == nil {
		health.Ready(true)
		<-ctx.Done()
		err = context.Cause(ctx)
		// Who looks at the probe sends no more requests; then those end that are
		// here, which may need the worker; then the activities, within StopWithin.
		health.Ready(false)
		<-time.After(o.Drain)
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if web.Shutdown(ending) != nil {
		_ = web.Close() // who has not ended by now gets no answer
	}
	stopWorker()
	if errors.Is(err, context.Canceled) {
		return nil // it was told to stop
	}
	return err
}

// start starts the worker, when the server answers.
func start(ctx context.Context, c client.Client, o Config, fail func(error)) (stop func(), err error) {
	store, closing, err := stores.Open(ctx, o.Store)
	if err != nil {
		return func() {}, err
	}
	if err := answers(ctx, c, o); err != nil {
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

// answers waits for the Temporal server.
func answers(ctx context.Context, c client.Client, o Config) error {
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
