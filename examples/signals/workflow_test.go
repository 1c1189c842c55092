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

// An orderEnv is a run of Order without a server, to which messages are sent as
// to a client.
type orderEnv struct {
	*testsuite.TestWorkflowEnvironment

	t *testing.T
}

func newOrderEnv(t *testing.T, shelf *Shelf) orderEnv {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := orderEnv{suite.NewTestWorkflowEnvironment(), t}
	// The machine may be busy: the SDK gives one second to a workflow task, and
	// three to a workflow in which nothing happens.
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute})
	env.SetTestTimeout(time.Minute)
	env.RegisterWorkflow(Order)
	env.RegisterActivity(&Activities{Shelf: shelf})
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

// checkout returns where the answer will be.
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
	items := newItems("item", 0, 250) // 100 cents, 101 cents, ...

	t.Run("packs each item once and leaves out what is none", func(t *testing.T) {
		t.Parallel()
		shelf := &Shelf{}
		env := newOrderEnv(t, shelf)
		env.at(0, func() { env.sendBatch(items[:3]...) })
		env.at(time.Second, func() { env.send(items[1], items[3], Item{ID: "free"}) })
		env.at(time.Minute, func() { // it was quiet: these are packed
			now, err := Progress.Get(t.Context(), env.client(), signals.Ref{})
			require.NoError(t, err)
			require.Equal(t, Summary{Items: 4, Cents: 406, Runs: 1}, now)
		})
		env.at(time.Hour, func() { env.checkout() })
		env.ExecuteWorkflow(Order, Input{Every: 10})
		require.Equal(t, Summary{Items: 4, Cents: 406, Runs: 1}, env.result())
		packed, others := shelf.count(items[:4])
		require.Equal(t, 4, packed)
		require.Zero(t, others)
	})

	t.Run("checkout answers with all that came with it", func(t *testing.T) {
		t.Parallel()
		env := newOrderEnv(t, &Shelf{})
		var answer *Summary
		env.at(time.Second, func() {
			env.send(items[0])
			answer = env.checkout()
			env.send(items[0], items[1])
		})
		env.ExecuteWorkflow(Order, Input{Every: 1})
		require.Equal(t, Summary{Items: 2, Cents: 201, Runs: 1}, env.result(), "a run with a checkout does not continue as new")
		require.Equal(t, Summary{Items: 2, Cents: 201, Runs: 1}, *answer)
	})

	t.Run("an order without items ends too", func(t *testing.T) {
		t.Parallel()
		env := newOrderEnv(t, &Shelf{})
		env.at(time.Hour, func() { env.checkout() })
		env.ExecuteWorkflow(Order, Input{Every: 1})
		require.Equal(t, Summary{Runs: 1}, env.result())
	})

	t.Run("a canceled order ends as canceled", func(t *testing.T) {
		t.Parallel()
		env := newOrderEnv(t, &Shelf{})
		env.at(time.Hour, env.CancelWorkflow)
		env.ExecuteWorkflow(Order, Input{Every: 1})
		require.ErrorContains(t, env.GetWorkflowError(), "canceled")
	})

	t.Run("goes on when there is too much to hand on", func(t *testing.T) {
		t.Parallel()
		env := newOrderEnv(t, &Shelf{})
		env.at(0, func() { env.sendBatch(newItems("quite-a-long-name-for-an-item", 0, 8000)...) })
		env.ExecuteWorkflow(Order, Input{Every: 100})
		next := continued(t, env.GetWorkflowError())
		require.Greater(t, next.Summary.Items, 1000)
		require.Less(t, next.Summary.Items, 8000)
	})

	t.Run("the next run has what was not packed and knows what was", func(t *testing.T) {
		t.Parallel()
		shelf := &Shelf{}
		env := newOrderEnv(t, shelf)
		env.at(0, func() { env.sendBatch(items...) })
		env.ExecuteWorkflow(Order, Input{Every: 150})
		next := continued(t, env.GetWorkflowError())
		require.Equal(t, 200, next.Summary.Items)

		env = newOrderEnv(t, shelf)
		env.at(time.Minute, func() {
			env.sendBatch(items...) // as a sender does that has missed the answer
			env.checkout()
		})
		env.ExecuteWorkflow(Order, next)
		require.Equal(t, Summary{Items: 250, Cents: 250*100 + 250*249/2, Runs: 2}, env.result())
		packed, others := shelf.count(items)
		require.Equal(t, 250, packed)
		require.Zero(t, others)
	})
}

// continued is the input of the next run.
func continued(t *testing.T, err error) (next Input) {
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, err, &again)
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &next))
	return next
}

func TestPackTwice(t *testing.T) {
	t.Parallel()
	a := &Activities{Shelf: &Shelf{}}
	require.NoError(t, a.Pack(t.Context(), []Item{{ID: "a", Cents: 5}}))
	require.NoError(t, a.Pack(t.Context(), []Item{{ID: "a", Cents: 999}, {ID: "b", Cents: 7}}))
	packed, others := a.Shelf.count([]Item{{ID: "a", Cents: 5}, {ID: "b", Cents: 7}})
	require.Equal(t, 2, packed)
	require.Zero(t, others)
}
