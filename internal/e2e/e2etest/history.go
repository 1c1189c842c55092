package e2etest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
)

// History returns the history of a run so far. An empty run ID means the latest run.
func History(t testing.TB, c client.Client, workflowID, runID string) []*historypb.HistoryEvent {
	t.Helper()
	var events []*historypb.HistoryEvent
	all := c.GetWorkflowHistory(t.Context(), workflowID, runID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for all.HasNext() {
		event, err := all.Next()
		require.NoError(t, err)
		events = append(events, event)
	}
	return events
}

// WaitForEvents waits until the history of a run holds n events of that kind, and returns
// the events so far.
func WaitForEvents(t testing.TB, c client.Client, run client.WorkflowRun, kind enumspb.EventType, n int) []*historypb.HistoryEvent {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var events []*historypb.HistoryEvent
	all := c.GetWorkflowHistory(ctx, run.GetID(), run.GetRunID(), true, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
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

// CountEvents returns the number of events of that kind.
func CountEvents(events []*historypb.HistoryEvent, kind enumspb.EventType) (n int) {
	for _, e := range events {
		if e.GetEventType() == kind {
			n++
		}
	}
	return n
}
