// Package retry_test shows on a real Temporal server what package retry promises
// about attempts, waits and the ends of activities.
package retry_test

import (
	"testing"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

var server client.Client

func TestMain(m *testing.M) { e2etest.Suite{Client: &server}.Main(m) }

// startWorker starts a worker with the interceptor of package retry. The task
// queue has the name of the test.
func startWorker(t *testing.T, o retry.InterceptorOptions) (queue string) {
	t.Helper()
	return startWorkerWith(t, "", retry.NewInterceptor(o))
}

// startPlain starts a worker as the SDK has it, for contrast.
func startPlain(t *testing.T) (queue string) {
	t.Helper()
	return startWorkerWith(t, "-plain")
}

func startWorkerWith(t *testing.T, suffix string, interceptors ...interceptor.WorkerInterceptor) (queue string) {
	t.Helper()
	queue = e2etest.ID(t) + suffix
	e2etest.StartWorker(t, server, queue, worker.Options{
		Interceptors:                       interceptors,
		MaxConcurrentActivityTaskPollers:   4,
		MaxConcurrentActivityExecutionSize: 10_000,
		// A cancellation arrives with the answer to a heartbeat.
		MaxHeartbeatThrottleInterval: 100 * time.Millisecond,
	}, func(w worker.Registry) {
		w.RegisterActivity(Act)
		for _, fn := range []any{Once, Order, Parent} {
			w.RegisterWorkflow(fn)
		}
	})
	return queue
}
