package service

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
)

// Config configures a service.
type Config struct {
	// Temporal addresses the Temporal server. envconfig reads it from TEMPORAL_ADDRESS and
	// the other settings of Temporal's tools.
	Temporal client.Options
	// Queue names the task queue, Listen the address of the API, and Partners the address
	// of the external services.
	Queue, Listen, Partners string
	// Store names where idempotency records are kept: a PostgreSQL URL, or an SQLite file.
	Store string
	// Drain says how long /readyz fails before the API refuses requests, so that a load
	// balancer sees it.
	Drain time.Duration
	// StopWithin limits how long activities may continue after the service is stopped. Kill
	// the process later than that.
	StopWithin time.Duration
	// Terms returns the rules of a new order.
	Terms func(orders.Order) orders.Terms
	// Identify returns the sender of a request. It must be set.
	Identify func(*http.Request) (policy.Actor, error)
	// CountInterval sets the time between two counts of the approvals that wait. Zero means
	// 15 seconds.
	CountInterval time.Duration
	// Interceptors run outside those of this library.
	Interceptors []interceptor.WorkerInterceptor
	Log          *slog.Logger
}

// settings lists what [FromEnv] reads.
var settings = []struct{ name, standard, meaning string }{
	{"ORDER_PARTNERS", "", "address of the external services, as in http://partners:8090; it must be set"},
	{"ORDER_QUEUE", "orders", "task queue"},
	{"ORDER_LISTEN", "127.0.0.1:8080", "address of the API, the probes and /metrics; :8080 for probes from another host"},
	{"ORDER_STORE", "orders.db", "idempotency records: an SQLite file, or postgres://user@host/db with the password in PGPASSFILE"},
	{"ORDER_PACE", "48h", "time for people to decide; other limits are parts of it"},
	{"ORDER_DRAIN", "3s", "time from the failing of /readyz to the refusal of requests: longer than the load balancer takes to see it"},
	{"ORDER_STOP_WITHIN", "20s", "time for activities to end at a stop; SIGKILL must come later than that and ORDER_DRAIN and 5s"},
}

// Help describes the settings.
func Help() string {
	var b strings.Builder
	for _, s := range settings {
		fmt.Fprintf(&b, "  %-18s %-15s %s\n", s.name, s.standard, s.meaning)
	}
	return b.String()
}

// FromEnv reads the settings with get, such as os.Getenv. It leaves Temporal, Identify and
// Log empty.
func FromEnv(get func(string) string) (Config, error) {
	value := map[string]string{}
	for _, s := range settings {
		if value[s.name] = get(s.name); value[s.name] == "" {
			value[s.name] = s.standard
		}
	}
	var wrong []error
	span := func(name string, least time.Duration) time.Duration {
		d, err := time.ParseDuration(value[name])
		if err != nil || d < least {
			wrong = append(wrong, fmt.Errorf("%s is %q; set a duration of %s or more, such as \"20s\"", name, value[name], least))
		}
		return d
	}
	pace := span("ORDER_PACE", time.Second)
	c := Config{
		Queue: value["ORDER_QUEUE"], Listen: value["ORDER_LISTEN"], Partners: value["ORDER_PARTNERS"], Store: value["ORDER_STORE"],
		Drain: span("ORDER_DRAIN", 0), StopWithin: span("ORDER_STOP_WITHIN", 0),
		Terms: func(orders.Order) orders.Terms { return orders.TermsOf(pace) },
	}
	if u, err := url.Parse(c.Partners); err != nil || u.Host == "" {
		wrong = append(wrong, fmt.Errorf(`ORDER_PARTNERS is %q; set the address of the services, such as "http://partners:8090"`, c.Partners))
	}
	return c, errors.Join(wrong...)
}
