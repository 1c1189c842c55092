package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
)

// A plan holds one order, the votes on it, and how it must end.
type plan struct {
	order orders.Order
	at    time.Duration // after the start
	votes []vote
	state orders.State
}

// A vote holds what a person decides on a large order.
type vote struct {
	who    string
	choice policy.Choice
	after  time.Duration // since the order was sent
	twice  bool          // a double click
}

// kinds holds the kinds of orders, as often as they are to come.
var kinds = []string{
	"large", "large", "large", "large", "rejected", "small", "small",
	partners.PrefixLost, partners.PrefixNoAddress, partners.PrefixFraud,
}

// plans draws the orders from the seed.
func (o options) plans() []plan {
	all := make([]plan, o.orders)
	for i := range all {
		random := rand.New(rand.NewPCG(o.seed, uint64(1000+i)))
		kind := kinds[random.IntN(len(kinds))]
		p := plan{at: time.Duration(random.Int64N(int64(o.duration) * 8 / 10)), state: orders.StateShipped}
		p.order = orders.Order{ID: fmt.Sprintf("%s%d", kind, i), Cents: 42_00, Items: 1 + random.IntN(3)}
		say := func(who string, c policy.Choice) {
			p.votes = append(p.votes, vote{who, c, time.Duration(random.Int64N(int64(4 * time.Second))), random.IntN(3) == 0})
		}
		switch kind {
		case "large":
			p.order.Cents = 4200_00
			say("sam", policy.ChoiceApprove)
			say("sue", policy.ChoiceApprove)
		case "rejected":
			p.order.Cents = 4200_00
			say("sam", policy.ChoiceReject)
			p.state = orders.StateRefused
		case partners.PrefixFraud:
			p.state = orders.StateRefused
		case partners.PrefixNoAddress:
			p.state = orders.StateRefunded
		}
		all[i] = p
	}
	return all
}

// terms returns limits that are longer than every outage here. Only the time for a charge
// whose answers are lost is short, so that a person has to look it up.
func terms(o orders.Order) orders.Terms {
	const ample = 20 * time.Minute
	t := orders.Terms{
		ApproveFrom: 1_000_00, Approval: policy.Quorum(2, "sales").Within(ample), Unclear: policy.Quorum(1, "accounts").Within(policy.NoDeadline),
		ChargeWithin: ample, Quiet: ample, CollectWithin: ample, ShipWithin: ample,
	}
	if strings.HasPrefix(o.ID, partners.PrefixLost) {
		t.ChargeWithin = 5 * time.Second
	}
	return t
}
