package historytest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// Result completes the workflow, replays the history with fn, and stores the result of
// fn in the pointer result. The test fails when the commands of fn differ from the
// history.
func (h *History) Result(result, fn any, interceptors ...interceptor.WorkerInterceptor) {
	h.t.Helper()
	h.add("WORKFLOW_EXECUTION_COMPLETED", "workflowExecutionCompleted", event{"workflowTaskCompletedEventId": h.task})
	r := h.replayer(fn, interceptors)
	require.NoError(h.t, r.ReplayWorkflowHistory(testenv.Logger(), h.proto()), "historytest: the workflow does not follow the history")
	replayed(h.t, r, result)
}

// replayed stores the result of the replayed workflow in the pointer result.
func replayed(t testing.TB, r worker.WorkflowReplayer, result any) {
	t.Helper()
	results, ok := r.(interface {
		GetWorkflowResult(workflowID string, valuePtr any) error
	})
	require.True(t, ok, "historytest: the SDK's replayer does not return results any more; pin the SDK or read them another way")
	require.NoError(t, results.GetWorkflowResult("", result), "historytest: the workflow has no result")
}

// Replay replays a history that has not ended.
func (h *History) Replay(fn any, interceptors ...interceptor.WorkerInterceptor) error {
	h.t.Helper()
	return h.Replays(fn, interceptors...)()
}

// Replays returns a function for benchmarks that replays the history as it is now.
func (h *History) Replays(fn any, interceptors ...interceptor.WorkerInterceptor) func() error {
	h.t.Helper()
	r, history := h.replayer(fn, interceptors), h.proto()
	return func() error { return r.ReplayWorkflowHistory(testenv.Logger(), history) }
}

func (h *History) replayer(fn any, interceptors []interceptor.WorkerInterceptor) worker.WorkflowReplayer {
	h.t.Helper()
	return newReplayer(h.t, map[string]any{h.workflow: fn}, interceptors)
}

func newReplayer(t testing.TB, workflows map[string]any, interceptors []interceptor.WorkerInterceptor) worker.WorkflowReplayer {
	t.Helper()
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{Interceptors: interceptors})
	require.NoError(t, err)
	for name, fn := range workflows {
		r.RegisterWorkflowWithOptions(fn, workflow.RegisterOptions{Name: name})
	}
	return r
}

// ReplayAll replays all histories in dir, JSON files of the Temporal CLI, with workflows
// by their registered name, and compares their results with those recorded. It fails
// when dir has no history, because such a test proves nothing.
func ReplayAll(t *testing.T, dir string, workflows map[string]any, interceptors ...interceptor.WorkerInterceptor) {
	t.Helper()
	for _, file := range recordings(t, dir) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			replayFile(t, file, workflows, interceptors)
		})
	}
}

func recordings(t testing.TB, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files, "historytest: no history in %s; record one, or correct the directory", dir)
	return files
}

func replayFile(t testing.TB, file string, workflows map[string]any, interceptors []interceptor.WorkerInterceptor) {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	history, err := client.HistoryFromJSON(f, client.HistoryJSONOptions{})
	require.NoError(t, err)
	r := newReplayer(t, workflows, interceptors)
	require.NoError(t, r.ReplayWorkflowHistory(testenv.Logger(), history),
		"%s does not replay: put the change of commands behind workflow.GetVersion", file)
	last := history.GetEvents()[len(history.GetEvents())-1]
	result := last.GetWorkflowExecutionCompletedEventAttributes().GetResult()
	if result == nil {
		return // it has not ended or has no result
	}
	var got, want any
	replayed(t, r, &got)
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(result, &want))
	require.Equal(t, want, got, "%s replays to another result", file)
}
