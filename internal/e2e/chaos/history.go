package main

import (
	"context"
	"fmt"
	"log/slog"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
)

// replay says what is wrong with the history of a workflow. The error says that
// there is none to look at.
func (r *rig) replay(ctx context.Context, id string) (wrong string, err error) {
	h := &history.History{}
	events := r.client.GetWorkflowHistory(ctx, id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			return "", err
		}
		if e.GetWorkflowTaskFailedEventAttributes().GetCause() == enums.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR {
			wrong = fmt.Sprintf("%s: event %d is a task that was not deterministic", id, e.GetEventId())
		}
		h.Events = append(h.Events, e)
	}
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		return "", err
	}
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{Plugins: []worker.Plugin{plugin}})
	if err != nil {
		return "", err
	}
	replayer.RegisterWorkflowWithOptions(orders.Process, workflow.RegisterOptions{Name: orders.Name})
	if err := replayer.ReplayWorkflowHistory(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), h); err != nil {
		return fmt.Sprintf("%s does not replay: %v", id, err), nil
	}
	return wrong, nil
}
