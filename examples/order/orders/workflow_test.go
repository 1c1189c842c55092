package orders_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

const (
	small = 42_00
	large = 4200_00
)

func TestAnOrderIsShipped(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.item(time.Minute, "a")
	r.item(2*time.Minute, "b")
	r.item(2*time.Minute, "b") // sent twice
	want := orders.Result{
		Order: "busy-1", State: orders.Shipped, Charge: "charge-1", Charged: true, Items: []string{"a", "b"}, Parcel: "parcel-busy-1",
	}
	require.Equal(t, want, r.run("busy-1", small))
	require.Equal(t, payments.Entry{Order: "busy-1", Charges: 1, Requests: 1, Cents: small}, r.ledger("busy-1"))
	require.Equal(t, map[string]int{"busy-1": 1}, r.partners.Parcels())
	require.Empty(t, r.told, "nobody is asked")
}

func TestHowAnOrderEnds(t *testing.T) {
	t.Parallel()
	vote := func(r *rig, yes bool, after time.Duration, gate, who, group string) {
		if yes {
			r.people.Approve(after, gate, who, group)
		} else {
			r.people.Reject(after, gate, who, group)
		}
	}
	for name, c := range map[string]struct {
		id    string
		cents int64
		plan  func(*rig)
		want  orders.State
		why   string
		paid  int64
	}{
		"approved": {
			"o", large, func(r *rig) { vote(r, true, time.Minute, orders.GateLarge, "sam", "sales") }, orders.Shipped,
			"", large,
		},
		"rejected": {
			"o", large, func(r *rig) { vote(r, false, time.Minute, orders.GateLarge, "sam", "sales") }, orders.Refused,
			"the order was rejected", 0,
		},
		"by the clerk": {
			"o", large, func(r *rig) { vote(r, true, time.Minute, orders.GateLarge, "cleo", "sales") }, orders.Refused,
			"the order was expired", 0,
		},
		"looks like fraud":         {partners.Fraud, small, nil, orders.Refused, "it looks like fraud", 0},
		"declined":                 {partners.Declined, small, nil, orders.Refused, "calling /charges: HTTP 402 Payment Required", 0},
		"an ID of any characters":  {"x?y#z/..", small, nil, orders.Shipped, "", small},
		"no address":               {partners.NoAddress, small, nil, orders.Refunded, "HTTP 422", 0},
		"sent, but nobody says so": {partners.Silent, small, nil, orders.Refunded, "calling /parcels/silent-/send: ", 0},
		"unclear, and a person says that it was not charged": {
			partners.Lost, small, func(r *rig) { vote(r, false, 5*time.Hour, orders.GateCharge, "ada", "accounts") },
			orders.Refused, "the card was not charged", small, // they were wrong
		},
		"unclear, and was charged": {
			partners.Lost, small, func(r *rig) { vote(r, true, 5*time.Hour, orders.GateCharge, "ada", "accounts") }, orders.Shipped, "", small,
		},
		"charged, and the next answer is final but says nothing of that": {
			partners.Revoked, small, func(r *rig) { vote(r, true, 5*time.Hour, orders.GateCharge, "ada", "accounts") }, orders.Shipped, "", small,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.item(time.Minute, "a")
			if c.plan != nil {
				c.plan(r)
			}
			got := r.run(c.id, c.cents)
			require.NoError(t, r.GetWorkflowError(), "an answer, not an error")
			require.Equal(t, c.want, got.State, got.Why)
			require.Contains(t, got.Why, c.why)
			require.Equal(t, c.paid, r.ledger(c.id).Cents)
			require.Equal(t, c.want == orders.Shipped, r.partners.Parcels()[c.id] > 0, "of others the parcel is called back")
		})
	}
}

func TestNoItemComes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	got := r.run("o", small)
	require.Equal(t, orders.Refunded, got.State)
	require.Equal(t, "no item has come", got.Why)
	require.Zero(t, r.ledger("o").Cents)
}

// An order that is canceled ends as canceled, and the money goes back.
func TestAnOrderIsCanceled(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.RegisterDelayedCallback(r.CancelWorkflow, 10*time.Minute) // it waits for items
	got := r.run("o", small)
	require.True(t, temporal.IsCanceledError(r.GetWorkflowError()))
	require.Equal(t, orders.Refunded, got.State)
	require.Equal(t, "canceled", got.Why)
	require.Equal(t, payments.Entry{Order: "o", Charges: 1, Refunds: 1, Requests: 2}, r.ledger("o"))
}
