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
	"context"
	"flag"
	"io"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

var (
	kills = flag.Int("kills", 30, "how many workers are killed at random points for each database")
	calls = flag.Int("calls", 60, "how many guarded calls go through the storm")
	seed  = flag.Uint64("seed", 0, "the seed of those points; 0 draws one, which is printed")
)

var server client.Client

func TestMain(m *testing.M) {
	if queue := os.Getenv(queueEnv); queue != "" {
		log.Fatal(serve(os.Getenv(addressEnv), queue))
	}
	dev, err := devserver.Start(context.Background(), os.Stderr, devserver.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer dev.Stop()
	dev.ClientOptions.Logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	if server, err = client.Dial(dev.ClientOptions); err != nil {
		log.Fatal(err) //nolint:gocritic // the server ends with its parent
	}
	defer server.Close()
	_ = os.Setenv(addressEnv, dev.ClientOptions.HostPort)
	flag.Parse()
	m.Run()
}

// A keeper starts a worker again whenever it dies.
type keeper struct {
	deaths int // by SIGKILL

	mu      sync.Mutex
	current *exec.Cmd
	stdin   io.Closer
	stopped bool
	ended   chan struct{}
}

func keep(t *testing.T, env ...string) *keeper {
	t.Helper()
	k := &keeper{ended: make(chan struct{})}
	go func() {
		defer close(k.ended)
		for k.start(t, env) {
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

func (k *keeper) start(t *testing.T, env []string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.stopped {
		return false
	}
	k.current = exec.Command(os.Args[0])
	k.current.Env = append(os.Environ(), env...)
	k.current.Stderr = os.Stderr
	stdin, err := k.current.StdinPipe()
	if err == nil {
		err = k.current.Start()
	}
	k.stdin = stdin
	if err != nil {
		t.Error(err)
	}
	return err == nil
}

// signal sends the worker that runs now a signal.
func (k *keeper) signal(s os.Signal) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.stopped && k.current != nil && k.current.Process != nil {
		_ = k.current.Process.Signal(s)
	}
}

// stop ends the worker for good.
func (k *keeper) stop() {
	k.mu.Lock()
	if !k.stopped {
		k.stopped = true
		_ = k.current.Process.Kill()
		_ = k.stdin.Close()
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
	execution, err := server.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: queue + "-" + o.ID, TaskQueue: queue}, Once, activity, o)
	require.NoError(t, err)
	require.NoError(t, execution.Get(t.Context(), nil))
}
