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
	// On a busy machine the SDK's limits of one and three seconds are too short.
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

func TestOrderPacksItemsUntilCheckout(t *testing.T) {
	t.Parallel()
	items := newItems(0, 250)

	t.Run("packs each item once and leaves out bad ones", func(t *testing.T) {
		t.Parallel()
		activities := &Activities{}
		env := newOrderEnv(t, activities)
		env.at(0, func() { env.sendBatch(items[:3]...) })
		env.at(time.Second, func() { env.send(items[1], items[3], Item{ID: "free"}) })
		env.at(time.Minute, func() { // after the idle timeout
			now, err := Progress.Get(t.Context(), env.client(), signals.Ref{})
			require.NoError(t, err)
			require.Equal(t, Summary{Items: 4, Cents: 400, Runs: 1}, now)
		})
		env.at(time.Hour, func() { env.checkout() })
		env.ExecuteWorkflow(Order, Input{Every: 10})
		require.Equal(t, Summary{Items: 4, Cents: 400, Runs: 1}, env.result())
		require.Equal(t, 4, activities.count())
	})

	t.Run("checkout answers with the items that came with it", func(t *testing.T) {
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

	t.Run("an order without items ends", func(t *testing.T) {
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

	t.Run("continues in the same run when too many items are left", func(t *testing.T) {
		t.Parallel()
		env := newOrderEnv(t, &Activities{})
		env.at(0, func() { env.sendBatch(longItems(8000)...) })
		env.ExecuteWorkflow(Order, Input{Every: 100})
		next := continued(t, env.GetWorkflowError())
		require.Greater(t, next.Summary.Items, 1000)
		require.Less(t, next.Summary.Items, 8000)
	})

	t.Run("the next run has the items that are not packed and skips those that are", func(t *testing.T) {
		t.Parallel()
		activities := &Activities{}
		env := newOrderEnv(t, activities)
		env.at(0, func() { env.sendBatch(items...) })
		env.ExecuteWorkflow(Order, Input{Every: 150})
		next := continued(t, env.GetWorkflowError())
		require.Equal(t, 200, next.Summary.Items)

		env = newOrderEnv(t, activities)
		env.at(time.Minute, func() {
			env.sendBatch(items...) // sent again, as after a lost answer
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
		items[i].ID = "quite-a-long-name-for-an-item-of-" + items[i].ID
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

// has reports whether an item was packed.
func (a *Activities) has(item Item) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.packed[item.ID] == item
}

// count returns the number of packed items.
func (a *Activities) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.packed)
}
