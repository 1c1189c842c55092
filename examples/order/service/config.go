package service

import (
	"log/slog"
	"net/http"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
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
	// Drain is how long the probe says that this process is not ready before it
	// takes no more requests, so that a balancer sees it.
	Drain time.Duration
	// StopWithin is how long activities may go on when the service is told to
	// stop; give the process more than that before it is killed.
	StopWithin time.Duration
	// Terms are the rules of a new order.
	Terms func(orders.Order) orders.Terms
	// Identify says who has sent a request. Nil lets nobody in.
	Identify func(*http.Request) (policy.Actor, error)
	// CountInterval is the time between two counts of the approvals that wait. Zero is
	// 15 seconds.
	CountInterval time.Duration
	// Interceptors are more of them, outside those of this library.
	Interceptors []interceptor.WorkerInterceptor
	Log          *slog.Logger
}
