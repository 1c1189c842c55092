// Package retry_test shows on a real Temporal server what package retry promises
// about attempts, waits and the ends of activities.
package retry_test

import (
	"context"
	"flag"
	"io"
	"log"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

var server client.Client

func TestMain(m *testing.M) {
	s, err := devserver.Start(context.Background(), os.Stderr, devserver.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Stop()
	s.ClientOptions.Logger = sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
	if server, err = client.Dial(s.ClientOptions); err != nil {
		log.Fatal(err) //nolint:gocritic // the server ends with its parent
	}
	defer server.Close()
	flag.Parse()
	_ = flag.Set("test.parallel", "64") // the tests wait for timers, not for the processor
	m.Run()
}

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
	queue = id(t) + suffix
	w := worker.New(server, queue, worker.Options{
		Interceptors:                       interceptors,
		MaxConcurrentActivityTaskPollers:   4,
		MaxConcurrentActivityExecutionSize: 10_000,
		// Cancellation is seen with a heartbeat; these are not to be saved up.
		MaxHeartbeatThrottleInterval: 100 * time.Millisecond,
	})
	w.RegisterActivity(Act)
	for _, fn := range []any{Once, Order, Parent} {
		w.RegisterWorkflow(fn)
	}
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return queue
}

// id is the test's name as a workflow ID.
func id(t *testing.T) string {
	t.Helper()
	return strings.NewReplacer("/", "-", " ", "-", ",", "").Replace(t.Name())
}
