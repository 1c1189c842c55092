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

// A worker does not start when its WorkerStopTimeout is too short for its activities.
func TestPluginChecksTheWorker(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stop   time.Duration
		ignore []lint.Code
		want   string
	}{
		"stop timeout below an attempt": {stop: 10 * time.Second, want: `patterns: the worker on task queue "orders" does not start: ` +
			`timeouts/lint: T009 ` +
			`WorkerStopTimeout: 10s is below the 30s that an attempt may take`},
		"stop timeout of an attempt": {stop: 30 * time.Second},
		"finding is ignored":         {ignore: []lint.Code{lint.CodeNoStopTimeout}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plugin, err := patterns.NewPlugin(patterns.Options{
				Lint:       lint.InterceptorOptions{Ignore: c.ignore},
				Activities: []workflow.ActivityOptions{timeouts.Quick(), timeouts.Standard()},
			})
			require.NoError(t, err)
			options := worker.Options{WorkerStopTimeout: c.stop}
			require.NoError(t, plugin.ConfigureWorker(t.Context(), worker.PluginConfigureWorkerOptions{
				WorkerInstanceKey: "1", TaskQueue: "orders", WorkerOptions: &options,
			}))
			started := false
			start := func(key string) error {
				next := func(context.Context, worker.PluginStartWorkerOptions) error { started = true; return nil }
				return plugin.StartWorker(t.Context(), worker.PluginStartWorkerOptions{WorkerInstanceKey: key}, next)
			}
			err = start("1")
			require.Equal(t, c.want == "", started)
			if c.want != "" {
				require.ErrorContains(t, err, c.want)
			} else {
				require.NoError(t, err)
			}
			require.NoError(t, start("2"), "a worker without a refusal")
		})
	}
}

// A worker does not start when BeforeStart fails. A replayer has no server and does not
// call it.
func TestPluginBeforeStart(t *testing.T) {
	t.Parallel()
	var lack error
	plugin, err := patterns.NewPlugin(patterns.Options{BeforeStart: func(context.Context) error { return lack }})
	require.NoError(t, err)
	started := 0
	start := func() error {
		next := func(context.Context, worker.PluginStartWorkerOptions) error { started++; return nil }
		return plugin.StartWorker(t.Context(), worker.PluginStartWorkerOptions{WorkerInstanceKey: "1"}, next)
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
