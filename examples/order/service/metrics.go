package service

import (
	"context"
	"net/http"

	prom "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// Bounds of histograms, in seconds. The default ones of OpenTelemetry are for
// milliseconds: all that takes less than 5 s would be in one of them.
var (
	latencyBounds  = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}
	approvalBounds = []float64{1, 10, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 30 * 86400}
)

// NewMetrics returns those of the SDK and of this library, as Prometheus reads them: the
// handler goes into client.Options, the page to /metrics.
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

// countApprovals reports how many approvals wait, until ctx ends.
func countApprovals(ctx context.Context, c client.Client, o Config) {
	people, err := approvalclient.New(c, approvalclient.Options{})
	if err != nil {
		o.Log.Error("the approvals that wait are not counted", "error", err)
		return
	}
	people.ReportCounts(ctx, o.Temporal.MetricsHandler, approvalclient.ReportOptions{
		Interval: o.CountInterval,
		OnError:  func(err error) { o.Log.Warn("the approvals that wait are not counted", "error", err) },
	})
}
