package e2etest

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

// StartWorker starts a worker in this process, with what register registers. It
// stops with the test, or when the test calls stop.
func StartWorker(t testing.TB, c client.Client, queue string, o worker.Options, register func(worker.Registry)) (stop func()) {
	t.Helper()
	o.DeadlockDetectionTimeout = time.Minute // the machine may be busy
	w := worker.New(c, queue, o)
	register(w)
	require.NoError(t, w.Start())
	stop = sync.OnceFunc(w.Stop)
	t.Cleanup(stop)
	return stop
}
