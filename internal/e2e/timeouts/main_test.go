// Package timeouts_test shows on a real Temporal server what package timeouts and
// the movable deadlines of package signals promise.
package timeouts_test

import (
	"context"
	"flag"
	"io"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// With these set, this test binary is a worker of that name, for activities on
// that queue of that server.
const (
	queueEnv   = "E2E_WORKER_QUEUE"
	nameEnv    = "E2E_WORKER_NAME"
	addressEnv = "E2E_ADDRESS"
)

var server client.Client

func TestMain(m *testing.M) {
	if queue := os.Getenv(queueEnv); queue != "" {
		log.Fatal(work(os.Getenv(addressEnv), queue, os.Getenv(nameEnv)))
	}
	s, err := devserver.Start(context.Background(), os.Stderr, devserver.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Stop()
	s.ClientOptions.Logger = quiet()
	if server, err = client.Dial(s.ClientOptions); err != nil {
		log.Fatal(err) //nolint:gocritic // the server ends with its parent
	}
	defer server.Close()
	_ = os.Setenv(addressEnv, s.ClientOptions.HostPort)
	flag.Parse()
	_ = flag.Set("test.parallel", "64") // the tests wait for timers, not for the processor
	m.Run()
}

func quiet() sdklog.Logger {
	return sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
}

// work is a worker process. It ends with its parent: its standard input does.
func work(address, queue, name string) error {
	c, err := client.Dial(client.Options{HostPort: address, Identity: name, Logger: quiet()})
	if err != nil {
		return err
	}
	defer c.Close()
	w := worker.New(c, queue, worker.Options{DisableWorkflowWorker: true})
	w.RegisterActivity(Crawl)
	parent := make(chan any)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(parent)
	}()
	return w.Run(parent)
}

// startProcess starts a worker process. The function that it returns is SIGKILL:
// the worker has no chance to say good-bye.
func startProcess(t *testing.T, queue, name string) (kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), queueEnv+"="+queue, nameEnv+"="+name)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	kill = func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			_ = stdin.Close()
		}
	}
	t.Cleanup(kill)
	return kill
}

// Functions are what a worker in this process runs, by name: workflows and
// activities, each test its own.
type functions map[string]any

// startWorker starts a worker on the queue of the test.
func startWorker(t *testing.T, by client.Client, queue string, o worker.Options, fns functions) worker.Worker {
	t.Helper()
	o.DeadlockDetectionTimeout = time.Minute // the machine may be busy
	w := worker.New(by, queue, o)
	for name, fn := range fns {
		if isWorkflow(fn) {
			w.RegisterWorkflowWithOptions(fn, workflow.RegisterOptions{Name: name})
		} else {
			w.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: name})
		}
	}
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return w
}

func isWorkflow(fn any) bool {
	in := reflect.TypeOf(fn)
	return in.NumIn() > 0 && in.In(0) == reflect.TypeFor[workflow.Context]()
}

// traveling returns the options of a worker with the interceptors.
func traveling(o lint.InterceptorOptions) worker.Options {
	return worker.Options{Interceptors: []interceptor.WorkerInterceptor{lint.NewInterceptor(o), timeouts.NewInterceptor(), heartbeat.NewInterceptor()}}
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
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return run.Get(ctx, into)
}

// id is the test's name as a queue and a workflow ID.
func id(t *testing.T) string {
	t.Helper()
	return strings.NewReplacer("/", "-", " ", "-", ",", "").Replace(t.Name())
}
