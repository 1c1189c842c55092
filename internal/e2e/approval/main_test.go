// Package approval_test shows on a real Temporal server, with workers that are
// separate processes, what approval and signals promise when workers are killed
// and messages are malformed.
package approval_test

import (
	"context"
	"flag"
	"io"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// With these set, this test binary is a worker on that queue of that server.
const (
	queueEnv   = "E2E_WORKER_QUEUE"
	addressEnv = "E2E_ADDRESS"
	plainEnv   = "E2E_PLAIN"  // the worker has no interceptor
	codecEnv   = "E2E_CODEC"  // the worker's payloads go through a codec: the SDK's converter or ours
	keysEnv    = "E2E_KEYS"   // the file that says that the codec's key service is down
	cacheEnv   = "E2E_CACHE"  // how many runs a worker keeps; the SDK's default if empty
	stickyEnv  = "E2E_STICKY" // after this time a task is given to another worker; the SDK's default if empty
)

var temporal client.Client

func TestMain(m *testing.M) {
	if queue := os.Getenv(queueEnv); queue != "" {
		log.Fatal(work(os.Getenv(addressEnv), queue))
	}
	server, err := devserver.Start(context.Background(), os.Stderr, devserver.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer server.Stop()
	server.ClientOptions.Logger = quiet()
	server.ClientOptions.Identity = "test" // recorded histories name no machine
	if temporal, err = client.Dial(server.ClientOptions); err != nil {
		log.Fatal(err) //nolint:gocritic // the server ends with its parent
	}
	defer temporal.Close()
	_ = os.Setenv(addressEnv, server.ClientOptions.HostPort)
	flag.Parse()
	_ = flag.Set("test.parallel", "24") // the tests wait for timers, not for the processor
	m.Run()
}

func quiet() sdklog.Logger {
	return sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil)))
}

// work is a worker process. It ends with its parent: its standard input does.
func work(address, queue string) error {
	c, err := client.Dial(client.Options{
		HostPort: address, Identity: "worker", Logger: quiet(),
		DataConverter: dataConverter(os.Getenv(codecEnv), os.Getenv(keysEnv)),
	})
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
	parent := make(chan any)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		close(parent)
	}()
	return w.Run(parent)
}

// A process is a worker that can be killed.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.Closer
}

func startWorker(t *testing.T, queue string, env ...string) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), queueEnv+"="+queue), env...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	p := &process{t: t, cmd: cmd, stdin: stdin}
	t.Cleanup(p.kill)
	return p
}

// kill is SIGKILL: the worker has no chance to say good-bye.
func (p *process) kill() {
	if p.cmd.ProcessState != nil {
		return
	}
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	_ = p.stdin.Close()
}

// start starts a workflow on the task queue of the same name.
func start(t *testing.T, id string, workflow any, args ...any) client.WorkflowRun {
	t.Helper()
	return startOn(t, temporal, id, id, workflow, args...)
}

// startOn starts a workflow on a queue that it may share with others.
func startOn(t *testing.T, by client.Client, queue, id string, workflow any, args ...any) client.WorkflowRun {
	t.Helper()
	return startWith(t, by, client.StartWorkflowOptions{ID: id, TaskQueue: queue, WorkflowExecutionTimeout: 2 * time.Minute}, workflow, args...)
}

func startWith(t *testing.T, by client.Client, o client.StartWorkflowOptions, workflow any, args ...any) client.WorkflowRun {
	t.Helper()
	run, err := by.ExecuteWorkflow(t.Context(), o, workflow, args...)
	require.NoError(t, err)
	return run
}

// until waits until the history of a run holds n events of that kind, and
// returns the events so far.
func until(t *testing.T, run client.WorkflowRun, kind enumspb.EventType, n int) []*historypb.HistoryEvent {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var events []*historypb.HistoryEvent
	all := temporal.GetWorkflowHistory(ctx, run.GetID(), run.GetRunID(), true, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for all.HasNext() {
		event, err := all.Next()
		require.NoError(t, err, "no %s in the history of %s after %d events", kind, run.GetID(), len(events))
		events = append(events, event)
		if event.GetEventType() == kind {
			if n--; n == 0 {
				return events
			}
		}
	}
	require.Failf(t, "the run has ended", "without %d more %s", n, kind)
	return nil
}

// count is how many events of that kind there are.
func count(events []*historypb.HistoryEvent, kind enumspb.EventType) int {
	n := 0
	for _, e := range events {
		if e.GetEventType() == kind {
			n++
		}
	}
	return n
}
