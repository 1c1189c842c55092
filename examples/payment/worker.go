package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/examples/support/stores"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// workerEnv makes this program a worker; its value is a config.
const workerEnv = "PAYMENT_WORKER"

// config configures a worker. The program passes it to the worker process.
type config struct {
	Address, Namespace, Queue string
	Service, Store            string
	IgnoresKeys, Bare         bool
	CrashAt                   crashPoint
}

// runWorker runs a worker until its parent ends.
func runWorker(text string) error {
	var s config
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	ctx := context.Background()
	quiet := log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	dial, err := envconfig.LoadDefaultClientOptions() // TLS and other settings of the program
	if err != nil {
		return err
	}
	dial.HostPort, dial.Namespace, dial.Logger = s.Address, s.Namespace, quiet
	c, err := client.DialContext(ctx, dial)
	if err != nil {
		return err
	}
	defer c.Close()
	store, closing, err := stores.Open(ctx, s.Store)
	if err != nil {
		return err
	}
	defer closing()
	plugin, err := patterns.NewPlugin(patterns.Options{Retry: retry.InterceptorOptions{Classify: classify.Default}})
	if err != nil {
		return err
	}
	w := worker.New(c, s.Queue, worker.Options{
		Plugins: []worker.Plugin{plugin}, StickyScheduleToStartTimeout: time.Second, // of a worker that was killed
	})
	w.RegisterWorkflow(Pay)
	w.RegisterActivityWithOptions(s.charge(idempotency.NewGuard(crashingStore{store},
		idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})), activity.RegisterOptions{Name: "Charge"})
	parent := make(chan any)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // it ends when the parent does
		close(parent)
	}()
	return w.Run(parent)
}

// charge returns the activity, guarded as the service requires.
func (s config) charge(guard *idempotency.Guard) func(context.Context, Order) (Receipt, error) {
	p := &Payments{Address: s.Service, HTTP: &http.Client{
		Timeout:   10 * time.Second,
		Transport: idempotency.Transport(nil, idempotency.TransportOptions{Hosts: []string{strings.TrimPrefix(s.Service, "http://")}}),
	}}
	return func(ctx context.Context, o Order) (Receipt, error) {
		ctx = context.WithValue(ctx, crashPointKey{}, s.CrashAt)
		switch {
		case s.Bare:
			return p.Charge(ctx, o)
		case s.IgnoresKeys:
			return idempotency.Wrap(guard, p.Charge, idempotency.ActivityOptions{Reconcile: idempotency.ReconcileFunc(p.Reconcile)})(ctx, o)
		default:
			return idempotency.Wrap(guard, p.Charge, idempotency.ActivityOptions{PassThrough: true})(ctx, o)
		}
	}
}
