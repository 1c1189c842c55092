package orders_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

const (
	small = 42_00
	large = 4200_00
)

func TestSmallOrderIsShippedWithoutApproval(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.item(time.Minute, "a")
	e.item(2*time.Minute, "b")
	e.item(2*time.Minute, "b") // sent twice
	want := orders.Result{
		Order: "busy-1", State: orders.StateShipped, Charge: "charge-1", Charged: true, Items: []string{"a", "b"}, Parcel: "parcel-busy-1",
	}
	require.Equal(t, want, e.run("busy-1", small))
	require.Equal(t, payments.Entry{Order: "busy-1", Charges: 1, Requests: 1, Cents: small}, e.ledger("busy-1"))
	require.Equal(t, map[string]int{"busy-1": 1}, e.partners.Parcels())
	require.Empty(t, e.notices, "no person is asked")
}

func TestOrderEndsAsStepsAndPeopleDecide(t *testing.T) {
	t.Parallel()
	vote := func(after time.Duration, gate, who, group string, choice policy.Choice) func(*orderEnv) {
		return func(e *orderEnv) {
			e.people.Vote(after, gate, approvalclient.Vote{Actor: approvaltest.Actor(who, group), Choice: choice})
		}
	}
	sales := func(c policy.Choice, who string) func(*orderEnv) {
		return vote(time.Minute, orders.GateLarge, who, "sales", c)
	}
	accounts := func(c policy.Choice) func(*orderEnv) {
		return vote(5*time.Hour, orders.GateCharge, "ada", "accounts", c)
	}
	for name, c := range map[string]struct {
		id   string
		vote func(*orderEnv)
		want orders.State
		why  string
		paid int64
	}{
		"a large order that is approved": {
			id: "large", vote: sales(policy.ChoiceApprove, "sam"), want: orders.StateShipped, paid: large,
		},
		"a large order that is rejected": {
			id: "large", vote: sales(policy.ChoiceReject, "sam"), want: orders.StateRefused, why: "the order was rejected",
		},
		"a large order that only its clerk approves": {
			id: "large", vote: sales(policy.ChoiceApprove, "cleo"), want: orders.StateRefused, why: "the order was expired",
		},
		"suspected fraud":          {id: partners.PrefixFraud, want: orders.StateRefused, why: "it looks like fraud"},
		"a declined card":          {id: partners.PrefixDeclined, want: orders.StateRefused, why: "calling /charges: HTTP 402 Payment Required"},
		"an ID of any characters":  {id: "x?y#z/..", want: orders.StateShipped, paid: small},
		"an unknown address":       {id: partners.PrefixNoAddress, want: orders.StateRefunded, why: "HTTP 422"},
		"a lost answer of sending": {id: partners.PrefixSilent, want: orders.StateRefunded, why: "calling /parcels/silent-/send: "},
		"an unclear charge that a person denies": {
			id: partners.PrefixLost, vote: accounts(policy.ChoiceReject), want: orders.StateRefused,
			why: "the card was not charged", paid: small, // the person was wrong
		},
		"an unclear charge that a person confirms": {
			id: partners.PrefixLost, vote: accounts(policy.ChoiceApprove), want: orders.StateShipped, paid: small,
		},
		"a charge after which the API key is refused": {
			id: partners.PrefixRevoked, vote: accounts(policy.ChoiceApprove), want: orders.StateShipped, paid: small,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			e.item(time.Minute, "a")
			if c.vote != nil {
				c.vote(e)
			}
			cents := int64(small)
			if c.id == "large" {
				cents = large
			}
			got := e.run(c.id, cents)
			require.NoError(t, e.GetWorkflowError())
			require.Equal(t, c.want, got.State, got.Why)
			require.Contains(t, got.Why, c.why)
			require.Equal(t, c.paid, e.ledger(c.id).Cents)
			require.Equal(t, c.want == orders.StateShipped, e.partners.Parcels()[c.id] > 0, "other parcels are called back")
		})
	}
}

func TestOrderWithoutItemsIsPaidBack(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	got := e.run("o", small)
	require.Equal(t, orders.StateRefunded, got.State)
	require.Equal(t, "no item has come", got.Why)
	require.Zero(t, e.ledger("o").Cents)
}

func TestCanceledOrderIsPaidBackAndEndsAsCanceled(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.RegisterDelayedCallback(e.CancelWorkflow, 10*time.Minute) // it waits for items
	got := e.run("o", small)
	require.True(t, temporal.IsCanceledError(e.GetWorkflowError()))
	require.Equal(t, orders.StateRefunded, got.State)
	require.Equal(t, "canceled", got.Why)
	require.Equal(t, payments.Entry{Order: "o", Charges: 1, Refunds: 1, Requests: 2}, e.ledger("o"))
}
