package approval_test

import (
	"context"
	"errors"
	"flag"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

var floodSize = flag.Int("flood", 4000, "how many messages the flood has")

// A flood is n messages at about a thousand a second from 16 senders, each of
// which sends a message again until the server has said that it has it. Of
// every tenth message it misses the answer, and sends it once more.
type flood struct {
	n       int
	sent    atomic.Int64
	failed  atomic.Int64
	refused atomic.Pointer[error]
}

func startFlood(ctx context.Context, n int, to ...client.WorkflowRun) *flood {
	f := &flood{n: n}
	next := make(chan int)
	go func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for i := range n {
			<-tick.C
			next <- i
		}
		close(next)
	}()
	for range 16 {
		go func() {
			for i := range next {
				for _, run := range to {
					f.send(ctx, run, Thing{N: i})
					if i%10 == 0 {
						f.send(ctx, run, Thing{N: i})
					}
				}
				f.sent.Add(1)
			}
		}()
	}
	return f
}

func (f *flood) send(ctx context.Context, run client.WorkflowRun, thing Thing) {
	for {
		err := Things.Send(ctx, temporal, signals.Ref{WorkflowID: run.GetID()}, thing)
		switch {
		case err == nil:
			return
		case !errors.Is(err, signals.ReasonOutcomeUnknown) || ctx.Err() != nil:
			f.refused.Store(&err)
			return
		}
		f.failed.Add(1)
	}
}

// until waits until so many of all messages were delivered.
func (f *flood) until(t *testing.T, part float64) {
	t.Helper()
	require.Eventually(t, func() bool { return float64(f.sent.Load()) >= part*float64(f.n) }, 5*time.Minute, 5*time.Millisecond)
	if err := f.refused.Load(); err != nil {
		require.NoError(t, *err)
	}
}

// A run is continued as new again and again while messages rush in, and its
// worker is killed twice: every message is there once. The same by hand, in
// the usual way, loses some. It runs alone: it leaves the others no processor.
func TestFlood(t *testing.T) {
	const queue = "flood"
	// The tasks of the killed are given up soon. The time is that of all runs.
	o := client.StartWorkflowOptions{TaskQueue: queue, WorkflowTaskTimeout: 2 * time.Second, WorkflowExecutionTimeout: 10 * time.Minute}
	w := e2etest.StartProcess(t, queue, stickyEnv+"=1s")
	o.ID = "flood-ours"
	ours := startWith(t, temporal, o, Collect, Collected{})
	o.ID = "flood-by-hand"
	byHand := startWith(t, temporal, o, CollectSDK, Collected{})
	begin := time.Now()
	f := startFlood(t.Context(), *floodSize, ours, byHand)
	for _, part := range []float64{1. / 3, 2. / 3} {
		f.until(t, part)
		w.Kill()
		w = e2etest.StartProcess(t, queue, stickyEnv+"=1s")
	}
	f.until(t, 1)
	t.Logf("%d messages to each of two workflows in %v; %d calls failed", f.n, time.Since(begin), f.failed.Load())

	require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: ours.GetID()}, struct{}{}))
	got, lost, twice := collected(t, ours)
	t.Logf("ours: %d runs, %d lost, %d twice, after %v", got.Runs, lost, twice, time.Since(begin))
	require.Zero(t, lost)
	require.Zero(t, twice)
	require.GreaterOrEqual(t, got.Runs, 5)

	eventually(t, func(ctx context.Context) (bool, error) { // its Finish may be lost too
		refused := Finish.Send(ctx, temporal, signals.Ref{WorkflowID: byHand.GetID()}, struct{}{})
		d, err := temporal.DescribeWorkflowExecution(ctx, byHand.GetID(), "")
		return refused != nil && d.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, err
	})
	got, lost, twice = collected(t, byHand)
	t.Logf("by hand: %d runs, %d lost, %d twice", got.Runs, lost, twice)
	require.Positive(t, lost)
}

// collected waits for the end of a chain of runs, and counts what is missing
// and what is there more than once.
func collected(t *testing.T, run client.WorkflowRun) (c Collected, lost, twice int) {
	t.Helper()
	first := run.GetRunID() // Get moves it to the last
	require.NoError(t, run.Get(t.Context(), &c))
	require.Equal(t, c.Runs, runs(t, run.GetID(), first))
	slices.Sort(c.Handled)
	all := len(c.Handled)
	c.Handled = slices.Compact(c.Handled)
	return c, *floodSize - len(c.Handled), all - len(c.Handled)
}

// runs counts the runs of a chain, each of which was continued as new but the
// last, which has completed.
func runs(t *testing.T, workflowID, runID string) int {
	t.Helper()
	for n := 1; ; n++ {
		end := temporal.GetWorkflowHistory(t.Context(), workflowID, runID, true, enumspb.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT)
		event, err := end.Next()
		require.NoError(t, err)
		if event.GetEventType() == enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED {
			return n
		}
		require.Equal(t, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW, event.GetEventType())
		runID = event.GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	}
}

// Ten thousand messages are more than a run takes; batched they are a few.
func TestBatchedFlood(t *testing.T) {
	t.Parallel()
	const n = 10_000
	w := e2etest.StartProcess(t, "batched")
	run := start(t, "batched", Collect, Collected{OneRun: true})
	batcher := Things.Batcher(temporal, signals.Ref{WorkflowID: run.GetID()})
	for i := range n {
		if i == n/2 {
			w.Kill()
			e2etest.StartProcess(t, "batched")
		}
		require.NoError(t, batcher.Add(t.Context(), Thing{N: i, Pad: strings.Repeat("x", 80)}))
	}
	require.NoError(t, batcher.Flush(t.Context()))
	require.True(t, slices.IsSorted(requireAll(t, run, n, 10)), "in the order in which they were sent")
}

// Many single messages to one run, while its worker is away and when it is back.
// With -flood 9000 they are as many as the server gives to one run, which needs
// half a minute to take them.
func TestFullRun(t *testing.T) {
	t.Parallel()
	n := min(*floodSize/4, 1_000) // and a tenth twice
	if *floodSize >= 9_000 {
		n = 9_000
	}
	run := start(t, "full", Collect, Collected{OneRun: true})
	begin := time.Now()
	f := startFlood(t.Context(), n, run)
	f.until(t, 0.5)
	e2etest.StartProcess(t, "full")
	f.until(t, 1)
	requireAll(t, run, n, 10_000)
	t.Logf("%d messages after %v", n, time.Since(begin))
}

// requireAll ends the run, and says what it has received by how many signals.
func requireAll(t *testing.T, run client.WorkflowRun, n, most int) []int {
	t.Helper()
	require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID()}, struct{}{}))
	var got Collected
	require.NoError(t, run.Get(t.Context(), &got))
	require.Len(t, got.Handled, n) // duplicates are skipped, so these are all
	events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1)
	require.LessOrEqual(t, e2etest.CountEvents(events, signaled)-1, most, "and Finish")
	return got.Handled
}
