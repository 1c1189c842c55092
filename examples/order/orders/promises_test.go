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

// Who cancels while the card is charged has the money back: the charge is brought
// to its end first.
func TestCanceledWhileCharging(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.cancelWhen("Charge", 1)
	got := r.run("o", small)
	require.True(t, temporal.IsCanceledError(r.GetWorkflowError()))
	require.Equal(t, orders.Result{Order: "o", State: orders.Refunded, Why: "canceled", Charge: "charge-1", Charged: true}, got)
	require.Equal(t, payments.Entry{Order: "o", Charges: 1, Refunds: 1, Requests: 2}, r.ledger("o"))
}

// Who cancels before is not charged, even when the steps before have gone well.
func TestCanceledBeforeCharging(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.cancelWhen("Tell", 1) // it is screened, and people are asked
	got := r.run("o", large)
	require.True(t, temporal.IsCanceledError(r.GetWorkflowError()))
	require.Equal(t, orders.Result{Order: "o", State: orders.Refused, Why: "canceled"}, got)
	require.Empty(t, r.ledger("o"), "the provider is not asked")
}

// What cannot be undone fails the workflow, so that a person looks, and keeps
// nothing else from being undone.
func TestACompensationFails(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.item(time.Minute, "a")
	r.OnActivity("Recall", mock.Anything, mock.Anything).Return(temporal.NewNonRetryableApplicationError("it is on a ship", "AtSea", nil))
	got := r.run(partners.NoAddress, small)
	require.Equal(t, orders.Refunding, got.State)
	require.Equal(t, payments.Entry{Order: partners.NoAddress, Charges: 1, Refunds: 1, Requests: 2}, r.ledger(partners.NoAddress))
	var app *temporal.ApplicationError
	require.ErrorAs(t, r.GetWorkflowError(), &app)
	require.Equal(t, "AtSea", app.Type())
}

// Money moves once for an order, whatever run asks for it. One that was paid back
// and is run again, weeks later, is not shipped for the old receipt.
func TestAnOrderIsRunAgain(t *testing.T) {
	t.Parallel()
	const id = "x&y#z" // in a URL it must be escaped
	now := time.Now()
	store := memstore.New(memstore.Options{Now: func() time.Time { return now }})
	r := newRigWith(t, partners.New(payments.Options{}, nil), store)
	r.cancelWhen("Charge", 1)
	require.Equal(t, orders.Refunded, r.run(id, small).State)

	now = now.Add(60 * 24 * time.Hour)
	r = newRigWith(t, r.partners, store)
	r.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: "again"})
	r.item(time.Minute, "a")
	got := r.run(id, small)
	require.NoError(t, r.GetWorkflowError())
	require.Equal(t, orders.Refunded, got.State)
	require.Equal(t, "the order was paid back; take a new order", got.Why)
	require.Equal(t, "charge-1", got.Charge, "the old receipt")
	require.Equal(t, payments.Entry{Order: id, Charges: 1, Refunds: 1, Requests: 2}, r.ledger(id))
	require.Empty(t, r.partners.Parcels())
}

// The guard warns of activities that a worker may repeat when it is killed between
// the effect and its record. Here the provider gets a key.
func TestTheGuardHasNothingToWarnOf(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	require.Equal(t, orders.Refunded, r.run("o", small).State)
	require.Empty(t, r.log.String())
}

// Packing and sending have one hour together.
func TestShippingHasOneBudget(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		packing time.Duration
		why     string
	}{
		"sending has what packing leaves": {58 * time.Minute, "calling /parcels/silent-/send: "},
		"packing leaves nothing":          {time.Hour, "left for another step"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			for _, id := range []string{"a", "b", "c"} {
				r.item(0, id)
			}
			r.OnActivity("Pack", mock.Anything, mock.Anything).After(c.packing).Return(nil)
			start := r.Now()
			got := r.run(partners.Silent, small)
			require.NoError(t, r.GetWorkflowError())
			require.Equal(t, orders.Refunded, got.State)
			require.Contains(t, got.Why, c.why)
			require.WithinDuration(t, start.Add(time.Hour), r.Now(), time.Minute)
			require.Zero(t, r.ledger(partners.Silent).Cents)
			require.Empty(t, r.partners.Parcels())
		})
	}
}

// What comes when the items are complete is told in the result, what comes twice is
// not, and neither is a message that nothing has used.
func TestItemsThatNobodyWaitsFor(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, id := range []string{"a", "b", "c", "c", "d"} {
		r.item(time.Minute, id)
	}
	got := r.run("o", small)
	require.Equal(t, orders.Shipped, got.State)
	require.Equal(t, []string{"a", "b", "c"}, got.Items)
	require.Equal(t, []string{"d"}, got.Late)
	require.Empty(t, r.log.String())
}
