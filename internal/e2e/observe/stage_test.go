//go:build observe

package observe_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// The task queues of the workers that have trouble.
const (
	queue  = "trouble"
	narrow = "narrow" // its worker has one slot for activities
	ended  = "ended"  // its worker stops
	late   = "late"   // its worker comes late
)

// A stage has the order worker, a worker that has trouble, and a Prometheus that reads
// the metrics of both.
type stage struct {
	service.Client
	prometheus
	trouble *trouble

	server   *devserver.Server
	temporal client.Client // its metrics are those of the worker that has trouble
	partners string        // address
	silent   atomic.Bool   // no notice arrives
	stop     map[string]func()
	doomed   func() // ends a target of Prometheus
	rules    []rule
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{trouble: &trouble{release: make(chan struct{})}, stop: map[string]func(){}, rules: alerts(t)}
	var err error
	s.server, err = devserver.Start(t.Context(), io.Discard, devserver.Options{})
	require.NoError(t, err)
	t.Cleanup(s.server.Stop)
	metrics, page, err := service.NewMetrics()
	require.NoError(t, err)
	o := s.server.ClientOptions
	o.MetricsHandler, o.Logger = metrics, log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	s.temporal, err = client.Dial(o)
	require.NoError(t, err)
	t.Cleanup(s.temporal.Close)
	require.NoError(t, approvalclient.SetUpInbox(t.Context(), s.temporal, client.DefaultNamespace))
	s.partners = s.serve(t, partners.New(payments.Options{}, nil))
	s.Client, _ = s.startService(t, "orders")
	for _, name := range []string{queue, narrow, ended} {
		s.startWorker(t, name)
	}
	doomed, end, err := loopback.Serve(t.Context(), http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	require.NoError(t, err)
	s.doomed = sync.OnceFunc(end)
	t.Cleanup(s.doomed)
	var targets []string
	for _, url := range []string{s.Client.URL, s.serve(t, page), doomed} {
		targets = append(targets, strings.TrimPrefix(url, "http://"))
	}
	s.prometheus = startPrometheus(t, targets...)
	read := func() bool { return len(s.values(t, "up == 1")) == len(targets) }
	require.Eventually(t, read, soon, tick, "Prometheus does not read the metrics")
	return s
}

func (s *stage) serve(t *testing.T, h http.Handler) (url string) {
	t.Helper()
	url, stop, err := loopback.Serve(t.Context(), h)
	require.NoError(t, err)
	t.Cleanup(stop)
	return url
}

// startService starts an order worker with its API.
func (s *stage) startService(t *testing.T, queue string) (service.Client, func()) {
	t.Helper()
	l, err := loopback.Listen(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() {
		done <- service.Run(ctx, l, service.Config{
			Temporal: s.server.ClientOptions, Queue: queue, Partners: s.partners, Store: filepath.Join(t.TempDir(), "records.db"),
			StopWithin: 10 * time.Second, Terms: terms, Identify: service.DemoSignIn, CountInterval: 500 * time.Millisecond,
			Interceptors: []interceptor.WorkerInterceptor{&mute{stage: s}}, Log: slog.New(slog.DiscardHandler),
		})
	}()
	stop := sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-done)
	})
	t.Cleanup(stop)
	api := service.Client{URL: "http://" + l.Addr().String(), User: "cleo", HTTP: http.DefaultClient}
	require.NoError(t, api.WaitReady(t.Context()))
	return api, stop
}

// terms give people little time for orders of that name.
func terms(o orders.Order) orders.Terms {
	if strings.HasPrefix(o.ID, "hasty-") {
		return orders.TermsOf(2 * time.Second)
	}
	return orders.TermsOf(time.Minute)
}

// startWorker starts a worker that has trouble on a queue.
func (s *stage) startWorker(t *testing.T, queue string) {
	t.Helper()
	plugin, err := patterns.NewPlugin(patterns.Options{})
	require.NoError(t, err)
	o := worker.Options{Plugins: []worker.Plugin{plugin}, WorkerStopTimeout: 15 * time.Second}
	if queue == narrow {
		o.MaxConcurrentActivityExecutionSize = 1
	}
	w := worker.New(s.temporal, queue, o)
	s.trouble.register(w)
	require.NoError(t, w.Start())
	s.stop[queue] = sync.OnceFunc(w.Stop)
	t.Cleanup(s.stop[queue])
}

// mute fails notices while the stage is silent.
type mute struct {
	interceptor.WorkerInterceptorBase
	stage *stage
}

func (m *mute) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &muted{ActivityInboundInterceptorBase: interceptor.ActivityInboundInterceptorBase{Next: next}, stage: m.stage}
}

type muted struct {
	interceptor.ActivityInboundInterceptorBase
	stage *stage
}

func (m *muted) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if m.stage.silent.Load() && isTell(ctx) {
		return nil, temporal.NewNonRetryableApplicationError(errFault.Error(), "Planted", nil)
	}
	return m.Next.ExecuteActivity(ctx, in)
}
