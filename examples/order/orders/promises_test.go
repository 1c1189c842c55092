package orders_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// The charge ends first, so that the workflow knows what to pay back.
func TestCancellationDuringTheChargePaysBack(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.cancelWhen("Charge", 1)
	got := e.run("o", small)
	require.True(t, temporal.IsCanceledError(e.GetWorkflowError()))
	require.Equal(t, orders.Result{Order: "o", State: orders.StateRefunded, Why: "canceled", Charge: "charge-1", Charged: true}, got)
	require.Equal(t, payments.Entry{Order: "o", Charges: 1, Refunds: 1, Requests: 2}, e.ledger("o"))
}

func TestCancellationBeforeTheChargeChargesNothing(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.cancelWhen("Tell", 1) // the order is screened, and waits for people
	got := e.run("o", large)
	require.True(t, temporal.IsCanceledError(e.GetWorkflowError()))
	require.Equal(t, orders.Result{Order: "o", State: orders.StateRefused, Why: "canceled"}, got)
	require.Empty(t, e.ledger("o"), "the provider was not called")
}

// A person has to look at the failed workflow.
func TestFailedCompensationFailsTheOrderAndStillPaysBack(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.item(time.Minute, "a")
	e.OnActivity("Recall", mock.Anything, mock.Anything).Return(temporal.NewNonRetryableApplicationError("it is on a ship", "AtSea", nil))
	got := e.run(partners.PrefixNoAddress, small)
	require.Equal(t, orders.StateRefunding, got.State)
	require.Equal(t, payments.Entry{Order: partners.PrefixNoAddress, Charges: 1, Refunds: 1, Requests: 2}, e.ledger(partners.PrefixNoAddress))
	var app *temporal.ApplicationError
	require.ErrorAs(t, e.GetWorkflowError(), &app)
	require.Equal(t, "AtSea", app.Type())
}

func TestOrderThatWasPaidBackIsNotShippedByALaterRun(t *testing.T) {
	t.Parallel()
	const id = "x&y#z" // in a URL it must be escaped
	now := time.Now()
	store := memstore.New(memstore.Options{Now: func() time.Time { return now }})
	e := newEnvWith(t, partners.New(payments.Options{}, nil), store)
	e.cancelWhen("Charge", 1)
	require.Equal(t, orders.StateRefunded, e.run(id, small).State)

	now = now.Add(60 * 24 * time.Hour)
	e = newEnvWith(t, e.partners, store)
	e.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: "again"})
	e.item(time.Minute, "a")
	got := e.run(id, small)
	require.NoError(t, e.GetWorkflowError())
	require.Equal(t, orders.StateRefunded, got.State)
	require.Equal(t, "the order was paid back; take a new order", got.Why)
	require.Equal(t, "charge-1", got.Charge, "the old receipt")
	require.Equal(t, payments.Entry{Order: id, Charges: 1, Refunds: 1, Requests: 2}, e.ledger(id))
	require.Empty(t, e.partners.Parcels())
}

// The guard warns of activities that a killed worker may repeat. Here the provider gets a
// key, so there is nothing to warn of.
func TestGuardLogsNoWarning(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	require.Equal(t, orders.StateRefunded, e.run("o", small).State)
	require.Empty(t, e.log.String())
}

func TestPackingAndSendingShareOneBudget(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		packing time.Duration
		why     string
	}{
		"packing leaves two minutes": {packing: 58 * time.Minute, why: "calling /parcels/silent-/send: "},
		"packing leaves nothing":     {packing: time.Hour, why: "left for another step"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			for _, id := range []string{"a", "b", "c"} {
				e.item(0, id)
			}
			e.OnActivity("Pack", mock.Anything, mock.Anything).After(c.packing).Return(nil)
			start := e.Now()
			got := e.run(partners.PrefixSilent, small)
			require.NoError(t, e.GetWorkflowError())
			require.Equal(t, orders.StateRefunded, got.State)
			require.Contains(t, got.Why, c.why)
			require.WithinDuration(t, start.Add(time.Hour), e.Now(), time.Minute)
			require.Zero(t, e.ledger(partners.PrefixSilent).Cents)
			require.Empty(t, e.partners.Parcels())
		})
	}
}

func TestItemsAfterTheLastOneAreReportedAsLate(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for _, id := range []string{"a", "b", "c", "c", "d"} {
		e.item(time.Minute, id)
	}
	got := e.run("o", small)
	require.Equal(t, orders.StateShipped, got.State)
	require.Equal(t, []string{"a", "b", "c"}, got.Items)
	require.Equal(t, []string{"d"}, got.Late)
	require.Empty(t, e.log.String())
}
