package main

import (
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
)

// A scene is one order, and what happens to it.
type scene struct {
	name, what string
	fails      string // how its ID begins, by which the partners know what is to fail
	cents      int64
	items      int
	large      policy.Choice // of sam, when it is asked whether a large order is good
	unclear    policy.Choice // of ada, when nobody knows whether it was charged
	cancel     bool          // while it waits for items

	// How it must end, and what it must have cost.
	state            orders.State
	charges, refunds int
}

const (
	small = 42_00
	large = 4200_00
)

func scenes() []scene {
	return []scene{
		{name: "small", what: "an order that nobody need approve", cents: small, items: 2, state: orders.Shipped, charges: 1},
		{
			name: "large", what: "a large order that sam approves", cents: large, items: 3, large: policy.ChoiceApprove, state: orders.Shipped,
			charges: 1,
		},
		{name: "rejected", what: "a large order that sam rejects", cents: large, items: 1, large: policy.ChoiceReject, state: orders.Refused},
		{
			name: "busy", what: "the service that screens is busy at first", fails: partners.Busy, cents: small, items: 1, state: orders.Shipped,
			charges: 1,
		},
		{name: "fraud", what: "it looks like fraud", fails: partners.Fraud, cents: small, items: 1, state: orders.Refused},
		{name: "declined", what: "the card is declined", fails: partners.Declined, cents: small, items: 1, state: orders.Refused},
		{
			name: "lost", what: "the card is charged, but the answers are lost, and ada looks it up", fails: partners.Lost,
			cents: small, items: 1, unclear: policy.ChoiceApprove, state: orders.Shipped, charges: 1,
		},
		{
			name: "revoked", what: "the card is charged, but the answer is lost and the next one is HTTP 401, and ada looks it up",
			fails: partners.Revoked,
			cents: small, items: 1, unclear: policy.ChoiceApprove, state: orders.Shipped, charges: 1,
		},
		{name: "no-items", what: "no item comes", cents: small, state: orders.Refunded, charges: 1, refunds: 1},
		{
			name: "no-address", what: "the parcel is refused", fails: partners.NoAddress, cents: small, items: 1, state: orders.Refunded,
			charges: 1, refunds: 1,
		},
		{
			name: "silent", what: "the parcel is taken over, but nobody says so, and is called back", fails: partners.Silent,
			cents: small, items: 1, state: orders.Refunded, charges: 1, refunds: 1,
		},
		{
			name: "canceled", what: "the order is canceled when it was charged", cents: small, cancel: true, state: orders.Refunded, charges: 1,
			refunds: 1,
		},
	}
}
