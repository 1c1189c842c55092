package patterns_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	history "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// A worker that would leave its activities no time when it is stopped says so
// when it starts.
func TestPluginChecksTheWorker(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stop   time.Duration
		accept []lint.Code
		want   string
	}{
		"too short": {10 * time.Second, nil, `patterns: the worker on task queue "orders" does not start: timeouts/lint: T009 ` +
			`WorkerStopTimeout: 10s is below the 30s that an attempt may take`},
		"enough":   {30 * time.Second, nil, ""},
		"accepted": {0, []lint.Code{lint.CodeNoStopTimeout}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plugin, err := patterns.NewPlugin(patterns.Options{
				Lint:       lint.InterceptorOptions{Ignore: c.accept},
				Activities: []workflow.ActivityOptions{timeouts.Quick(), timeouts.Standard()},
			})
			require.NoError(t, err)
			options := worker.Options{WorkerStopTimeout: c.stop}
			require.NoError(t, plugin.ConfigureWorker(t.Context(), worker.PluginConfigureWorkerOptions{WorkerInstanceKey: "1", TaskQueue: "orders", WorkerOptions: &options}))
			started := false
			start := func(key string) error {
				return plugin.StartWorker(t.Context(), worker.PluginStartWorkerOptions{WorkerInstanceKey: key}, func(context.Context, worker.PluginStartWorkerOptions) error {
					started = true
					return nil
				})
			}
			err = start("1")
			require.Equal(t, c.want == "", started)
			if c.want != "" {
				require.ErrorContains(t, err, c.want)
			} else {
				require.NoError(t, err)
			}
			require.NoError(t, start("2"), "another worker")
		})
	}
}

// Nor does one whose server is not ready for it. A replayer has no server.
func TestPluginAsksBeforeAWorkerStarts(t *testing.T) {
	t.Parallel()
	var lack error
	plugin, err := patterns.NewPlugin(patterns.Options{BeforeStart: func(context.Context) error { return lack }})
	require.NoError(t, err)
	started := 0
	start := func() error {
		return plugin.StartWorker(t.Context(), worker.PluginStartWorkerOptions{WorkerInstanceKey: "1"}, func(context.Context, worker.PluginStartWorkerOptions) error {
			started++
			return nil
		})
	}
	require.NoError(t, start())
	require.Equal(t, 1, started)
	lack = errors.New("approval: namespace lacks search attributes")
	require.ErrorIs(t, start(), lack)
	require.ErrorContains(t, start(), "patterns: the worker does not start: approval: ")
	require.Equal(t, 1, started)

	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{Plugins: []worker.Plugin{plugin}})
	require.NoError(t, err)
	require.NotErrorIs(t, replayer.ReplayWorkflowHistory(nil, &history.History{}), lack)
}
