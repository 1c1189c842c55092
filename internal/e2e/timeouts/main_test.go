// Package timeouts_test shows on a real Temporal server what package timeouts and
// the movable deadlines of package signals promise.
package timeouts_test

import (
	"context"
	"os"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// nameEnv is the identity of a worker process.
const nameEnv = "E2E_NAME"

var server client.Client

func TestMain(m *testing.M) { e2etest.Suite{Work: work, Client: &server}.Main(m) }

// work is a worker process for activities.
func work(ctx context.Context, o client.Options, queue string) error {
	o.Identity = os.Getenv(nameEnv)
	c, err := client.Dial(o)
	if err != nil {
		return err
	}
	defer c.Close()
	w := worker.New(c, queue, worker.Options{DisableWorkflowWorker: true})
	w.RegisterActivity(Crawl)
	return w.Run(e2etest.Interrupt(ctx))
}

// Functions are what a worker in this process runs, by name: workflows and
// activities, each test its own.
type functions map[string]any

// startWorker starts a worker on the queue of the test.
func startWorker(t *testing.T, by client.Client, queue string, o worker.Options, fns functions) (stop func()) {
	t.Helper()
	return e2etest.StartWorker(t, by, queue, o, func(w worker.Registry) {
		for name, fn := range fns {
			if isWorkflow(fn) {
				w.RegisterWorkflowWithOptions(fn, workflow.RegisterOptions{Name: name})
			} else {
				w.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: name})
			}
		}
	})
}

func isWorkflow(fn any) bool {
	in := reflect.TypeOf(fn)
	return in.NumIn() > 0 && in.In(0) == reflect.TypeFor[workflow.Context]()
}

// traveling returns the options of a worker with the interceptors.
func traveling(o lint.InterceptorOptions) worker.Options {
	return worker.Options{Interceptors: []interceptor.WorkerInterceptor{
		lint.NewInterceptor(o), timeouts.NewInterceptor(),
		heartbeat.NewInterceptor(),
	}}
}

// start starts the workflow "Workflow" with the queue's name as its ID. The end of
// the test is its end too.
func start(t *testing.T, by client.Client, queue string, args ...any) client.WorkflowRun {
	t.Helper()
	run, err := by.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: queue, TaskQueue: queue}, "Workflow", args...)
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = by.TerminateWorkflow(context.Background(), queue, "", "the test is over") // most have ended
	})
	return run
}

// result waits for the end of a run, for some time: a test that fails should not
// hang.
func result(t *testing.T, run client.WorkflowRun, into any) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	return run.Get(ctx, into)
}
