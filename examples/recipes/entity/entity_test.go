package entity_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/examples/recipes/entity"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

func TestAccountOverTwoRuns(t *testing.T) {
	t.Parallel()
	var suite testsuite.WorkflowTestSuite
	first := suite.NewTestWorkflowEnvironment()
	first.RegisterWorkflow(entity.Account)
	signalstest.SendAfter(t, first, time.Hour, entity.Booked, entity.Booking{ID: "a", Cents: 1})
	first.RegisterDelayedCallback(func() {
		first.SetContinueAsNewSuggested(true)
		batch := entity.Booked.Batcher(signalstest.NewClient(first), signals.Ref{WorkflowID: "account-1"})
		for _, b := range []entity.Booking{{ID: "a", Cents: 1}, {ID: "b", Cents: 2}, {ID: "c", Cents: 4}} {
			require.NoError(t, batch.Add(t.Context(), b))
		}
		require.NoError(t, batch.Flush(t.Context()))
	}, 2*time.Hour)
	first.ExecuteWorkflow(entity.Account, entity.State{})
	var asNew *workflow.ContinueAsNewError
	require.ErrorAs(t, first.GetWorkflowError(), &asNew)
	var next entity.State
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(asNew.Input, &next))

	second := suite.NewTestWorkflowEnvironment()
	second.RegisterWorkflow(entity.Account)
	signalstest.SendAfter(t, second, time.Hour, entity.Booked, entity.Booking{ID: "c", Cents: 4})
	second.RegisterDelayedCallback(func() {
		balance, err := entity.Balance.Get(t.Context(), signalstest.NewClient(second), signals.Ref{WorkflowID: "account-1"})
		require.NoError(t, err)
		require.Equal(t, 7, balance, "each booking counts once, over both runs")
		second.CancelWorkflow()
	}, 2*time.Hour)
	second.ExecuteWorkflow(entity.Account, next)
	require.ErrorContains(t, second.GetWorkflowError(), "canceled")
}
