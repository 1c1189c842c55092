// Package approval_test shows on a real Temporal server, with workers that are
// separate processes, what approval and signals promise when workers are killed
// and messages are malformed.
package approval_test

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Environment variables of a worker process.
const (
	plainEnv  = "E2E_PLAIN"  // the worker has no interceptor
	codecEnv  = "E2E_CODEC"  // the worker's payloads go through a codec: the SDK's converter or ours
	keysEnv   = "E2E_KEYS"   // the file that says that the codec's key service is down
	cacheEnv  = "E2E_CACHE"  // the size of the worker's cache of runs; the SDK's default if empty
	stickyEnv = "E2E_STICKY" // after this time a task is given to another worker; the SDK's default if empty
)

var temporal client.Client

func TestMain(m *testing.M) { e2etest.Suite{Work: work, Client: &temporal}.Main(m) }

// work is a worker process.
func work(ctx context.Context, o client.Options, queue string) error {
	o.DataConverter = dataConverter(os.Getenv(codecEnv), os.Getenv(keysEnv))
	c, err := client.Dial(o)
	if err != nil {
		return err
	}
	defer c.Close()
	interceptors := []interceptor.WorkerInterceptor{signals.NewInterceptor()}
	if os.Getenv(plainEnv) != "" {
		interceptors = nil
	}
	if size, err := strconv.Atoi(os.Getenv(cacheEnv)); err == nil {
		worker.SetStickyWorkflowCacheSize(size)
	}
	sticky, _ := time.ParseDuration(os.Getenv(stickyEnv))
	w := worker.New(c, queue, worker.Options{
		Interceptors:                 interceptors,
		StickyScheduleToStartTimeout: sticky,
		DeadlockDetectionTimeout:     time.Minute, // the machine may be busy
	})
	register(w)
	return w.Run(e2etest.Interrupt(ctx))
}

// start starts a workflow on the task queue of the same name.
func start(t *testing.T, id string, workflow any, args ...any) client.WorkflowRun {
	t.Helper()
	return startOn(t, temporal, id, id, workflow, args...)
}

// startOn starts a workflow on a queue that it may share with others.
func startOn(t *testing.T, by client.Client, queue, id string, workflow any, args ...any) client.WorkflowRun {
	t.Helper()
	return startWith(t, by, client.StartWorkflowOptions{ID: id, TaskQueue: queue, WorkflowExecutionTimeout: 2 * time.Minute}, workflow,
		args...)
}

func startWith(t *testing.T, by client.Client, o client.StartWorkflowOptions, workflow any, args ...any) client.WorkflowRun {
	t.Helper()
	run, err := by.ExecuteWorkflow(t.Context(), o, workflow, args...)
	require.NoError(t, err)
	return run
}

// reasonOf returns the reason of a refusal, and "" for other errors.
func reasonOf(err error) approval.Reason {
	reason, _ := approval.ReasonOf(err)
	return reason
}
