package approval_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

// opened counts the gates that a worker has counted.
type opened struct {
	client.MetricsHandler
	n *atomic.Int64
}

func (o opened) WithTags(map[string]string) client.MetricsHandler { return o }

func (o opened) Counter(name string) client.MetricsCounter {
	if name == "temporal_patterns_approvals_opened" {
		return counter{n: o.n}
	}
	return o.MetricsHandler.Counter(name)
}

type counter struct{ n *atomic.Int64 }

func (c counter) Inc(n int64) { c.n.Add(n) }

// TestMetricsCostNoEvent asserts that a gate with metrics has the same history as one
// without.
func TestMetricsCostNoEvent(t *testing.T) {
	t.Parallel()
	n := new(atomic.Int64)
	events := func(queue string, metrics client.MetricsHandler) []enumspb.EventType {
		c, err := client.NewClientFromExisting(temporal, client.Options{MetricsHandler: metrics, Logger: e2etest.Quiet()})
		require.NoError(t, err)
		t.Cleanup(c.Close)
		e2etest.StartWorker(t, c, queue, worker.Options{}, register)
		run := startOn(t, c, queue, queue, Gate, Case{Policy: policy.Quorum(1, "finance"), Deadline: time.Minute})
		e2etest.WaitForEvents(t, temporal, run, started, 1)
		_, err = vote(t, run, "ann", time.Minute)
		require.NoError(t, err)
		require.NoError(t, run.Get(t.Context(), nil))
		var kinds []enumspb.EventType
		for _, e := range e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1) {
			kinds = append(kinds, e.GetEventType())
		}
		return kinds
	}
	with := events("metrics-with", opened{MetricsHandler: client.MetricsNopHandler, n: n})
	require.EqualValues(t, 1, n.Load(), "the handler is used")
	require.Equal(t, events("metrics-without", nil), with)
}
