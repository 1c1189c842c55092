package service

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	prom "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// health answers the probes of an orchestrator.
//
// /livez reports that the process runs. It does not depend on the Temporal server, because
// an outage of the server would then restart every worker. /readyz reports that the worker
// has started and does not stop, and that the server answers.
type health struct {
	client client.Client
	ready  atomic.Bool
}

// probeTimeout is shorter than the timeouts of usual probes.
const probeTimeout = 2 * time.Second

// register adds the probes to mux.
func (h *health) register(mux *http.ServeMux) {
	mux.HandleFunc("GET /livez", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if !h.ready.Load() {
			http.Error(w, "the worker does not run", http.StatusServiceUnavailable)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), probeTimeout)
		defer cancel()
		if _, err := h.client.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
			http.Error(w, "the Temporal server does not answer", http.StatusServiceUnavailable)
		}
	})
}

// Bounds of histograms, in seconds. OpenTelemetry's default bounds are for milliseconds:
// everything below 5 s would be in one bucket.
var (
	latencyBounds  = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}
	approvalBounds = []float64{1, 10, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 30 * 86400}
)

// NewMetrics returns a handler for client.Options and a page for /metrics, with the metrics
// of the SDK and of this library.
func NewMetrics() (client.MetricsHandler, http.Handler, error) {
	registry := prom.NewRegistry()
	exporter, err := prometheus.New(prometheus.WithRegisterer(registry))
	if err != nil {
		return nil, nil, err
	}
	provider := metric.NewMeterProvider(metric.WithReader(exporter), metric.WithView(histograms))
	handler := opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{
		Meter: provider.Meter("orders"), UseMonotonicCounters: true,
	})
	return handler, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}), nil
}

// histograms gives each timer its bounds.
func histograms(i metric.Instrument) (metric.Stream, bool) {
	bounds := latencyBounds
	if i.Name == "temporal_patterns_approval_latency" {
		bounds = approvalBounds
	}
	return metric.Stream{
		Name: i.Name, Description: i.Description, Unit: i.Unit, Aggregation: metric.AggregationExplicitBucketHistogram{Boundaries: bounds},
	}, i.Kind == metric.InstrumentKindHistogram
}

// countApprovals reports the numbers of waiting and overdue approvals, until ctx ends.
func countApprovals(ctx context.Context, c client.Client, o Config) {
	people, err := approvalclient.New(c, approvalclient.Options{})
	if err != nil {
		o.Log.Error("waiting approvals are not counted", "error", err)
		return
	}
	people.ReportCounts(ctx, o.Temporal.MetricsHandler, approvalclient.ReportOptions{
		Interval: o.CountInterval,
		OnError:  func(err error) { o.Log.Warn("waiting approvals are not counted", "error", err) },
	})
}
