package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

// An experiment runs a server, workers, partners and the API, and records what they
// acknowledged. The partners and the API run in this process, which is not killed.
type experiment struct {
	options
	queue     string
	namespace string
	server    *cluster // only killRepeatedly may use it while orders are sent, because it replaces the server
	client    client.Client
	workers   *workerPool
	partners  *partners.Partners
	api       service.Client
	record    *record
	display   *display
	closing   []func() // called in reverse order
}

// newExperiment starts everything. After an error it leaves nothing running.
func newExperiment(ctx context.Context, o options, out io.Writer) (*experiment, error) {
	r := &experiment{options: o, queue: "chaos-" + rand.Text()[:8], record: newRecord()}
	if err := r.open(ctx, out); err != nil {
		r.close()
		return nil, err
	}
	_, _ = fmt.Fprintf(out, "%d orders, %d kills in %s, %d workers, %s, seed %d\n", o.orders, o.kills, o.duration, workerCount, r.server.what,
		o.seed)
	return r, nil
}

func (r *experiment) open(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "chaos-")
	if err != nil {
		return err
	}
	r.later(func() { _ = os.RemoveAll(dir) })
	if r.server, err = newCluster(ctx, r.postgres, dir, out); err != nil {
		return err
	}
	r.later(func() { r.server.Stop() })
	dial := r.server.ClientOptions
	r.namespace = dial.Namespace
	quiet := slog.New(slog.DiscardHandler) // failures are expected
	dial.Logger = log.NewStructuredLogger(quiet)
	if r.client, err = client.DialContext(ctx, dial); err != nil {
		return err
	}
	r.later(r.client.Close)
	if err := approvalclient.SetUpInbox(ctx, r.client, r.namespace); err != nil {
		return err
	}
	r.partners = partners.New(payments.Options{Lost: 0.1, Busy: 0.05, Seed: r.seed}, r.latency())
	address, stop, err := loopback.Serve(ctx, r.partners)
	if err != nil {
		return err
	}
	r.later(stop)
	api, err := service.NewAPI(r.client, service.Config{Queue: r.queue, Terms: terms, Identify: service.DemoSignIn, Log: quiet})
	if err != nil {
		return err
	}
	url, stop, err := loopback.Serve(ctx, api)
	if err != nil {
		return err
	}
	r.later(stop)
	r.api = service.Client{URL: url, User: "cleo", HTTP: &http.Client{Timeout: 15 * time.Second}}
	records := filepath.Join(dir, "records.db")
	if r.postgres != "" {
		records = r.postgres
	}
	r.workers = newWorkerPool(workerCount, setup{
		Address: dial.HostPort, Queue: r.queue, Partners: address, Store: records, Without: r.without,
	})
	r.later(r.workers.close)
	for i := range workerCount {
		if err := r.workers.start(i, false); err != nil {
			return err
		}
	}
	r.display = newDisplay(out, r)
	return nil
}

func (r *experiment) later(f func()) { r.closing = append(r.closing, f) }

func (r *experiment) close() {
	for i := range r.closing {
		r.closing[len(r.closing)-1-i]()
	}
	r.closing = nil
}

// latency returns delays of up to 0.4 s, drawn from the seed, so that kills interrupt calls.
func (r *experiment) latency() func() time.Duration {
	var mu sync.Mutex
	random := mathrand.New(mathrand.NewPCG(r.seed, 2))
	return func() time.Duration {
		mu.Lock()
		defer mu.Unlock()
		return time.Duration(random.Int64N(int64(400 * time.Millisecond)))
	}
}
