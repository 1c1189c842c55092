package timeouts_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

func types(events []*historypb.HistoryEvent) []string {
	var all []string
	for _, e := range events {
		all = append(all, e.GetEventType().String())
	}
	return all
}

// note is a local activity, which replayers know by the name of the function.
func note() error { return nil }

// everything starts one of each, with and without findings that are no reason for
// a server to refuse them.
func everything(ctx workflow.Context, child bool) error {
	regular := timeouts.Quick()
	regular.ScheduleToCloseTimeout = 0 // T006
	regular.RetryPolicy = nil
	ctx = workflow.WithActivityOptions(ctx, regular)
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 20 * time.Second}) // T008, W109
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowRunTimeout: time.Hour})
	if child {
		return nil
	}
	for range 2 {
		if err := workflow.ExecuteActivity(ctx, "Charge").Get(ctx, nil); err != nil {
			return err
		}
	}
	if err := workflow.ExecuteLocalActivity(ctx, note).Get(ctx, nil); err != nil {
		return err
	}
	if err := workflow.ExecuteChildWorkflow(ctx, "Workflow", true).Get(ctx, nil); err != nil {
		return err
	}
	if err := workflow.Sleep(ctx, time.Second); err != nil {
		return err
	}
	return workflow.NewContinueAsNewError(ctx, "Workflow", true)
}

// The interceptor changes no command, and a worker may get it or lose it while
// workflows run.
func TestSameCommands(t *testing.T) {
	t.Parallel()
	histories := map[string]*historypb.History{}
	names := map[string][]interceptor.WorkerInterceptor{
		"without": nil, "with": traveling(lint.InterceptorOptions{}).Interceptors,
	}
	for name, interceptors := range names {
		queue := e2etest.ID(t) + "-" + name
		startWorker(t, server, queue, worker.Options{Interceptors: interceptors}, functions{"Workflow": everything, "Charge": charge})
		run := start(t, server, queue, false)
		first := run.GetRunID()
		require.NoError(t, result(t, run, nil))
		histories[name] = &historypb.History{Events: e2etest.History(t, server, queue, first)}
	}
	// How many workflow tasks there are is a matter of chance.
	commands := func(name string) []string {
		var all []string
		for _, e := range types(histories[name].GetEvents()) {
			if !strings.HasPrefix(e, "WorkflowTask") {
				all = append(all, e)
			}
		}
		return all
	}
	require.Equal(t, commands("without"), commands("with"))
	require.Len(t, commands("with"), 14)

	for name, interceptors := range names {
		replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{Interceptors: interceptors})
		require.NoError(t, err)
		replayer.RegisterWorkflowWithOptions(everything, workflow.RegisterOptions{Name: "Workflow"})
		for of, h := range histories {
			require.NoError(t, replayer.ReplayWorkflowHistory(e2etest.Quiet(), h), "the history %s it, by a worker %s it", of, name)
		}
	}
}
