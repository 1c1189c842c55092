package main

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// An orderEnv runs Order without a server.
type orderEnv struct {
	*testsuite.TestWorkflowEnvironment

	t *testing.T
}

func newOrderEnv(t *testing.T, activities *Activities) orderEnv {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := orderEnv{suite.NewTestWorkflowEnvironment(), t}
	// The machine may be busy: the SDK gives one second to a workflow task, and
	// three to a workflow in which nothing happens.
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute})
	env.SetTestTimeout(time.Minute)
	env.RegisterWorkflow(Order)
	env.RegisterActivity(activities)
	return env
}

func (e orderEnv) client() *signalstest.Client {
	return signalstest.NewClient(e.TestWorkflowEnvironment)
}

func (e orderEnv) send(items ...Item) {
	for _, item := range items {
		require.NoError(e.t, Items.Send(e.t.Context(), e.client(), signals.Ref{}, item))
	}
}

func (e orderEnv) sendBatch(items ...Item) {
	batcher := Items.Batcher(e.client(), signals.Ref{})
	for _, item := range items {
		require.NoError(e.t, batcher.Add(e.t.Context(), item))
	}
	require.NoError(e.t, batcher.Flush(e.t.Context()))
}

// checkout sends a Checkout; the answer is set when it comes.
func (e orderEnv) checkout() *Summary {
	var answer Summary
	e.UpdateWorkflow(Checkout.Name(), "", &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { require.NoError(e.t, err) },
		OnComplete: func(out any, err error) {
			require.NoError(e.t, err)
			answer = out.(Summary)
		},
	}, struct{}{})
	return &answer
}

func (e orderEnv) at(d time.Duration, f func()) { e.RegisterDelayedCallback(f, d) }

func (e orderEnv) result() (sum Summary) {
	require.True(e.t, e.IsWorkflowCompleted())
	require.NoError(e.t, e.GetWorkflowError())
	require.NoError(e.t, e.GetWorkflowResult(&sum))
	return sum
}

func TestOrder(t *testing.T) {
	t.Parallel()
	items := newItems(0, 250)

	t.Run("packs each item once and leaves out what is none", func(t *testing.T) {
		t.Parallel()
		activities := &Activities{}
		env := newOrderEnv(t, activities)
		env.at(0, func() { env.sendBatch(items[:3]...) })
		env.at(time.Second, func() { env.send(items[1], items[3], Item{ID: "free"}) })
		env.at(time.Minute, func() { // it was quiet: these are packed
			now, err := Progress.Get(t.Context(), env.client(), signals.Ref{})
			require.NoError(t, err)
			require.Equal(t, Summary{Items: 4, Cents: 400, Runs: 1}, now)
		})
		env.at(time.Hour, func() { env.checkout() })
		env.ExecuteWorkflow(Order, Input{Every: 10})
		require.Equal(t, Summary{Items: 4, Cents: 400, Runs: 1}, env.result())
		require.Equal(t, 4, activities.count())
	})

	t.Run("checkout answers with all that came with it", func(t *testing.T) {
		t.Parallel()
		env := newOrderEnv(t, &Activities{})
		var answer *Summary
		env.at(time.Second, func() {
			env.send(items[0])
			answer = env.checkout()
			env.send(items[0], items[1])
		})
		env.ExecuteWorkflow(Order, Input{Every: 1})
		require.Equal(t, Summary{Items: 2, Cents: 200, Runs: 1}, env.result(), "a run with a checkout does not continue as new")
		require.Equal(t, Summary{Items: 2, Cents: 200, Runs: 1}, *answer)
	})

	t.Run("an order without items ends too", func(t *testing.T) {
		t.Parallel()
		env := newOrderEnv(t, &Activities{})
		env.at(time.Hour, func() { env.checkout() })
		env.ExecuteWorkflow(Order, Input{Every: 1})
		require.Equal(t, Summary{Runs: 1}, env.result())
	})

	t.Run("a canceled order ends as canceled", func(t *testing.T) {
		t.Parallel()
		env := newOrderEnv(t, &Activities{})
		env.at(time.Hour, env.CancelWorkflow)
		env.ExecuteWorkflow(Order, Input{Every: 1})
		require.ErrorContains(t, env.GetWorkflowError(), "canceled")
	})

	t.Run("goes on when there is too much to hand on", func(t *testing.T) {
		t.Parallel()
		env := newOrderEnv(t, &Activities{})
		env.at(0, func() { env.sendBatch(longItems(8000)...) })
		env.ExecuteWorkflow(Order, Input{Every: 100})
		next := continued(t, env.GetWorkflowError())
		require.Greater(t, next.Summary.Items, 1000)
		require.Less(t, next.Summary.Items, 8000)
	})

	t.Run("the next run has what was not packed and knows what was", func(t *testing.T) {
		t.Parallel()
		activities := &Activities{}
		env := newOrderEnv(t, activities)
		env.at(0, func() { env.sendBatch(items...) })
		env.ExecuteWorkflow(Order, Input{Every: 150})
		next := continued(t, env.GetWorkflowError())
		require.Equal(t, 200, next.Summary.Items)

		env = newOrderEnv(t, activities)
		env.at(time.Minute, func() {
			env.sendBatch(items...) // as a sender does that has missed the answer
			env.checkout()
		})
		env.ExecuteWorkflow(Order, next)
		require.Equal(t, Summary{Items: 250, Cents: 250 * 100, Runs: 2}, env.result())
		require.Equal(t, 250, activities.count())
	})
}

// longItems returns n items with long IDs.
func longItems(n int) []Item {
	items := newItems(0, n)
	for i := range items {
		items[i].ID = "a-long-name-for-an-" + items[i].ID
	}
	return items
}

// continued returns the input of the next run.
func continued(t *testing.T, err error) (next Input) {
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, err, &again)
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &next))
	return next
}

func TestPackKeepsTheFirstOfAnID(t *testing.T) {
	t.Parallel()
	a := &Activities{}
	require.NoError(t, a.Pack(t.Context(), []Item{{ID: "a", Cents: 5}}))
	require.NoError(t, a.Pack(t.Context(), []Item{{ID: "a", Cents: 999}, {ID: "b", Cents: 7}}))
	require.True(t, a.has(Item{ID: "a", Cents: 5}) && a.has(Item{ID: "b", Cents: 7}))
	require.Equal(t, 2, a.count())
}
