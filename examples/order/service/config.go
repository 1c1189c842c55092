package service

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
)

// Config is what a service needs to know.
type Config struct {
	// Temporal is how to reach the Temporal server: envconfig reads it from
	// TEMPORAL_ADDRESS and the like, as Temporal's own tools do.
	Temporal client.Options
	// Queue is the task queue, Listen the address of the API, Partners that of
	// the services of others.
	Queue, Listen, Partners string
	// Store is where idempotency records are kept: a PostgreSQL URL, or the name
	// of an SQLite file.
	Store string
	// StopWithin is how long activities may go on when the service is told to
	// stop; give the process more than that before it is killed.
	StopWithin time.Duration
	// Terms are the rules of a new order.
	Terms func(orders.Order) orders.Terms
	// Identify says who has sent a request. Nil lets nobody in.
	Identify func(*http.Request) (approval.Actor, error)
	// Interceptors are more of them, outside those of this library.
	Interceptors []interceptor.WorkerInterceptor
	Log          *slog.Logger
}

// FromEnv reads ORDER_QUEUE, ORDER_LISTEN, ORDER_PARTNERS, ORDER_STORE,
// ORDER_STOP_WITHIN and ORDER_PACE by get, such as os.Getenv. What it cannot know
// from there is left empty.
func FromEnv(get func(string) string) (Config, error) {
	c := Config{Partners: get("ORDER_PARTNERS")}
	var wrong []error
	or := func(name, value string) string {
		if set := get(name); set != "" {
			return set
		}
		return value
	}
	span := func(name, usual string, least time.Duration) time.Duration {
		d, err := time.ParseDuration(or(name, usual))
		if err != nil || d < least {
			wrong = append(wrong, fmt.Errorf("%s is %q; set a duration of %s or more, such as %q", name, get(name), least, usual))
		}
		return d
	}
	c.Queue, c.Listen, c.Store = or("ORDER_QUEUE", "orders"), or("ORDER_LISTEN", "127.0.0.1:8080"), or("ORDER_STORE", "orders.db")
	c.StopWithin = span("ORDER_STOP_WITHIN", "20s", 0)
	pace := span("ORDER_PACE", "48h", time.Second)
	c.Terms = func(orders.Order) orders.Terms { return orders.TermsOf(pace) }
	if u, err := url.Parse(c.Partners); err != nil || u.Host == "" {
		wrong = append(wrong, fmt.Errorf(`ORDER_PARTNERS is %q; set the address of the services, such as "http://partners:8090"`, c.Partners))
	}
	return c, errors.Join(wrong...)
}
