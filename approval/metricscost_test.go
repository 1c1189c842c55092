package approval_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
)

// metered gives workflows a metrics handler, which the SDK's replayer does not have, and
// counts what they do with it.
type metered struct {
	interceptor.WorkerInterceptorBase
	calls atomic.Int64
}

func (m *metered) InterceptWorkflow(
	_ workflow.Context, next interceptor.WorkflowInboundInterceptor,
) interceptor.WorkflowInboundInterceptor {
	return &meteredInbound{WorkflowInboundInterceptorBase: interceptor.WorkflowInboundInterceptorBase{Next: next}, metered: m}
}

type meteredInbound struct {
	interceptor.WorkflowInboundInterceptorBase
	metered *metered
}

func (m *meteredInbound) Init(next interceptor.WorkflowOutboundInterceptor) error {
	return m.Next.Init(&meteredOutbound{
		WorkflowOutboundInterceptorBase: interceptor.WorkflowOutboundInterceptorBase{Next: next}, metered: m.metered,
	})
}

type meteredOutbound struct {
	interceptor.WorkflowOutboundInterceptorBase
	metered *metered
}

func (m *meteredOutbound) GetMetricsHandler(workflow.Context) client.MetricsHandler {
	m.metered.calls.Add(1)
	return client.MetricsNopHandler
}

// metricsHistory is a run of n gates, each decided by a vote.
func metricsHistory(tb testing.TB, n int) *historytest.History {
	tb.Helper()
	h := historytest.New(tb, "gates")
	for range n {
		h.SideEffect(opening(tb, benchPolicy(), nil)).TimerStarted(time.Hour)
	}
	for i := range n {
		h.Signal(protocol.SignalVote, historytest.JSON(tb, vote("1", "ann", policy.ChoiceApprove).with("gate", gateID(i)))).Task()
		h.TimerCanceled(fmt.Sprint(6 + 2*i))
	}
	return h
}

// TestReplayTakesNoMetrics asserts that a replay counts nothing, and does not even ask for
// the handler, which would make tags for nothing.
func TestReplayTakesNoMetrics(t *testing.T) {
	t.Parallel()
	m := &metered{}
	require.NoError(t, metricsHistory(t, 10).Replays(gatesOf(10), m)())
	require.Zero(t, m.calls.Load())
}

// BenchmarkReplayMetrics replays 500 gates with and without a metrics handler in turn,
// and reports the ratio of the shortest times.
func BenchmarkReplayMetrics(b *testing.B) {
	const n = 500
	h := metricsHistory(b, n)
	replays := []func() error{h.Replays(gatesOf(n), &interceptor.WorkerInterceptorBase{}), h.Replays(gatesOf(n), &metered{})}
	best := []time.Duration{time.Hour, time.Hour}
	for first := 0; b.Loop(); first = 1 - first {
		for _, i := range []int{first, 1 - first} {
			begin := time.Now()
			require.NoError(b, replays[i]())
			best[i] = min(best[i], time.Since(begin))
		}
	}
	b.ReportMetric(float64(best[1])/float64(best[0]), "with/without")
}
