package approvalclient_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
)

// countServer has 5 workflows that wait, 2 of them overdue, and no visibility at its
// third call and later.
type countServer struct {
	client.Client
	calls int
}

func (s *countServer) CountWorkflow(
	_ context.Context, r *workflowservice.CountWorkflowExecutionsRequest,
) (*workflowservice.CountWorkflowExecutionsResponse, error) {
	s.calls++
	switch {
	case s.calls > 2:
		return nil, errors.New("the visibility store is away")
	case strings.Contains(r.GetQuery(), "ApprovalDue <"):
		return &workflowservice.CountWorkflowExecutionsResponse{Count: 2}, nil
	}
	return &workflowservice.CountWorkflowExecutionsResponse{Count: 5}, nil
}

// gauges keeps the values of each gauge and ends a report after some.
type gauges struct {
	client.MetricsHandler
	mu   sync.Mutex
	seen map[string][]float64
	end  context.CancelFunc
}

func (g *gauges) Gauge(name string) client.MetricsGauge {
	return gauge(func(value float64) {
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.seen[name] = append(g.seen[name], value); len(g.seen["temporal_patterns_approvals_overdue"]) == 2 {
			g.end()
		}
	})
}

type gauge func(float64)

func (g gauge) Update(value float64) { g(value) }

func TestReportCounts(t *testing.T) {
	t.Parallel()
	server := &countServer{}
	c, err := approvalclient.New(server, approvalclient.Options{})
	require.NoError(t, err)
	ctx, end := context.WithCancel(t.Context())
	seen := &gauges{seen: map[string][]float64{}, end: end}
	failed := 0
	c.ReportCounts(ctx, seen, approvalclient.ReportOptions{
		Interval: time.Millisecond,
		OnError: func(err error) {
			failed++
			require.ErrorContains(t, err, "the visibility store is away")
		},
	})
	for name, first := range map[string]float64{"temporal_patterns_approvals_waiting": 5, "temporal_patterns_approvals_overdue": 2} {
		require.Len(t, seen.seen[name], 2, name)
		require.InDelta(t, first, seen.seen[name][0], 0, name)
		require.True(t, math.IsNaN(seen.seen[name][1]), "%s keeps an old number after a count that failed", name)
	}
	require.Equal(t, 2, failed)
	require.Equal(t, 4, server.calls, "each interval has one call for each gauge")
}
