// Package idempotency_test kills workers with SIGKILL, at named points and at
// random, and stops them for longer than their lease, while they run guarded
// activities on a real Temporal server with records in real databases. It crashes
// PostgreSQL, loses answers of the store, and counts from outside what took effect.
//
//	go test ./internal/e2e/idempotency                                 # SQLite
//	go test -tags servers ./internal/e2e/idempotency                   # and PostgreSQL
//	go test -tags servers ./internal/e2e/idempotency -kills 200 -v     # the long run
//	go test -tags servers ./internal/e2e/idempotency -run Storm -calls 1000 -v   # all faults at once
package idempotency_test

import (
	"flag"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

var (
	kills = flag.Int("kills", 30, "how many workers are killed at random points for each database")
	calls = flag.Int("calls", 60, "how many guarded calls go through the storm")
	seed  = flag.Uint64("seed", 0, "the seed of those points; 0 draws one, which is printed")
)

var server client.Client

func TestMain(m *testing.M) { e2etest.Suite{Work: serve, Client: &server}.Main(m) }

// A keeper starts a worker process again whenever it dies.
type keeper struct {
	deaths int // by SIGKILL

	mu      sync.Mutex
	current *e2etest.Process
	stopped bool
	ended   chan struct{}
}

func keep(t *testing.T, queue string, env ...string) *keeper {
	t.Helper()
	k := &keeper{ended: make(chan struct{})}
	go func() {
		defer close(k.ended)
		for k.start(t, queue, env) {
			err := k.current.Wait()
			k.mu.Lock()
			if err != nil && !k.stopped {
				k.deaths++
			}
			k.mu.Unlock()
		}
	}()
	t.Cleanup(k.stop)
	return k
}

func (k *keeper) start(t *testing.T, queue string, env []string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopped {
		return false
	}
	p, err := e2etest.Launch(queue, env...)
	if err != nil {
		t.Error(err)
		return false
	}
	k.current = p
	return true
}

// signal sends the worker that runs now a signal.
func (k *keeper) signal(s os.Signal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.stopped && k.current != nil {
		_ = k.current.Signal(s)
	}
}

// stop ends the worker for good.
func (k *keeper) stop() {
	k.mu.Lock()
	if !k.stopped {
		k.stopped = true
		if k.current != nil {
			_ = k.current.Signal(os.Kill)
		}
	}
	k.mu.Unlock()
	<-k.ended
}

func (k *keeper) killed() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.deaths
}

// run runs an order to its end.
func run(t *testing.T, queue, activity string, o Order) {
	t.Helper()
	execution, err := server.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: queue + "-" + o.ID, TaskQueue: queue}, Once,
		activity, o)
	require.NoError(t, err)
	require.NoError(t, execution.Get(t.Context(), nil))
}
