package service

import (
	"net/http"

	prom "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/opentelemetry"
)

// newMetrics returns those of the SDK and of this library, as Prometheus reads them: the
// handler goes into client.Options, the page to /metrics.
func newMetrics() (client.MetricsHandler, http.Handler, error) {
	registry := prom.NewRegistry()
	exporter, err := prometheus.New(prometheus.WithRegisterer(registry))
	if err != nil {
		return nil, nil, err
	}
	meter := metric.NewMeterProvider(metric.WithReader(exporter)).Meter("orders")
	handler := opentelemetry.NewMetricsHandler(opentelemetry.MetricsHandlerOptions{Meter: meter, UseMonotonicCounters: true})
	return handler, promhttp.HandlerFor(registry, promhttp.HandlerOpts{}), nil
}
