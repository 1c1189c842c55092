package main

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

var server *devserver.Server

func TestMain(m *testing.M) {
	server = exampletest.Start()
	defer server.Stop()
	m.Run()
}

func startWorker(t *testing.T, queue string, activities *Activities) client.Client {
	t.Helper()
	o := server.ClientOptions
	o.Logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.Dial(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	w, err := newWorker(c, queue, activities)
	require.NoError(t, err)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return c
}

func TestProgramPrintsWhatTheReadmeShows(t *testing.T) {
	t.Parallel()
	var out exampletest.Screen
	require.NoError(t, run(t.Context(), &out), "%s", &out)
	require.Contains(t, out.String(), "2250 items in the order, 2250.00 euros, in ")
	exampletest.RequireShown(t, "signals", out.String())
}

func TestEveryItemCountsOnceOverAllRuns(t *testing.T) {
	t.Parallel()
	activities := &Activities{}
	c := startWorker(t, t.Name(), activities)
	ref := signals.Ref{WorkflowID: t.Name()}
	order, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: ref.WorkflowID, TaskQueue: t.Name()}, Order,
		Input{Every: 100})
	require.NoError(t, err)
	items := newItems(0, 500)
	batcher := Items.Batcher(c, ref)
	for range 2 {
		for _, item := range items {
			require.NoError(t, untilKnown(t.Context(), func() error { return batcher.Add(t.Context(), item) }))
		}
		require.NoError(t, untilKnown(t.Context(), func() error { return batcher.Flush(t.Context()) }))
	}
	require.Eventually(t, func() bool { // a run with a checkout does not continue as new
		now, err := Progress.Get(t.Context(), c, ref)
		return err == nil && now.Runs > 1
	}, time.Minute, 10*time.Millisecond)
	sum, err := Checkout.Execute(t.Context(), c, ref, "checkout", struct{}{})
	require.NoError(t, err)
	var result Summary
	require.NoError(t, order.Get(t.Context(), &result))
	require.Equal(t, sum, result)
	require.Equal(t, 500, sum.Items)
	require.Equal(t, 50_000, sum.Cents)
	require.Greater(t, sum.Runs, 1)
	require.Equal(t, 500, activities.count())
}

// A sender races with the checkout, and both with a run that continues as new. Each
// item is in the order if it was acknowledged; otherwise the sender gets an error.
func TestAcknowledgedItemsCountDuringTheCheckout(t *testing.T) {
	t.Parallel()
	activities := &Activities{}
	c := startWorker(t, t.Name(), activities)
	queue := t.Name()
	for i := range 8 {
		t.Run(fmt.Sprint("order ", i), func(t *testing.T) {
			t.Parallel()
			ref := signals.Ref{WorkflowID: fmt.Sprint("late-", i)}
			order, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: ref.WorkflowID, TaskQueue: queue}, Order, Input{Every: 5})
			require.NoError(t, err)
			var acknowledged []Item
			ended := make(chan error)
			go func() {
				pace := time.NewTicker(10 * time.Millisecond) // an order closes in a pause
				defer pace.Stop()
				for n := range 100 {
					<-pace.C
					item := Item{ID: fmt.Sprintf("%s-%d", ref.WorkflowID, n), Cents: 1}
					if err := untilKnown(t.Context(), func() error { return Items.Send(t.Context(), c, ref, item) }); err != nil {
						ended <- err
						return
					}
					acknowledged = append(acknowledged, item)
				}
				ended <- nil
			}()
			require.Eventually(t, func() bool {
				now, err := Progress.Get(t.Context(), c, ref)
				return err == nil && now.Items > 3*i
			}, time.Minute, 10*time.Millisecond)
			sum, err := Checkout.Execute(t.Context(), c, ref, "checkout", struct{}{})
			require.NoError(t, err)
			if err := <-ended; err != nil {
				require.ErrorIs(t, err, signals.ReasonNoWorkflow)
			}
			var result Summary
			require.NoError(t, order.Get(t.Context(), &result))
			require.Equal(t, sum, result)
			for _, item := range acknowledged {
				require.True(t, activities.has(item), "%s was acknowledged and lost", item.ID)
			}
			require.GreaterOrEqual(t, result.Items, len(acknowledged))
		})
	}
}
