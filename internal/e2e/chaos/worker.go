package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/stores"
)

// workerEnv makes this program a worker; its value holds a setup.
const workerEnv = "CHAOS_WORKER"

// setup configures a worker.
type setup struct {
	Address, Queue, Partners, Store string
	Without                         protection
	Later                           bool
}

// runWorker runs a worker until its parent ends or kills it.
func runWorker(text string) error {
	var s setup
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	quiet := slog.New(slog.DiscardHandler)
	c, err := client.NewLazyClient(client.Options{HostPort: s.Address, Logger: log.NewStructuredLogger(quiet)})
	if err != nil {
		return err
	}
	defer c.Close()
	ctx := context.Background()
	store, closing, err := stores.Open(ctx, s.Store)
	if err != nil {
		return err
	}
	defer closing()
	o := service.Config{Queue: s.Queue, Partners: s.Partners, StopWithin: 20 * time.Second, Log: quiet}
	if s.Without != nothing {
		bare := &orders.Activities{Partners: s.Partners, HTTP: &http.Client{Timeout: 10 * time.Second}}
		o.Interceptors = []interceptor.WorkerInterceptor{&withoutProtection{without: s.Without, later: s.Later, bare: bare}}
	}
	fatal := make(chan error, 1)
	w, err := service.NewWorker(c, store, o, func(err error) { fatal <- err })
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	parent := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // it ends when the parent does
		close(parent)
	}()
	select {
	case err := <-fatal:
		return err
	case <-parent:
		w.Stop()
		return nil
	}
}
