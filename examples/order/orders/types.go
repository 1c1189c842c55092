package orders

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Name is the name of the workflow type.
const Name = "Order"

// The gates of an order.
const (
	// GateLarge opens for an order of Terms.ApproveFrom or more.
	GateLarge = "large-order"
	// GateCharge opens when nobody knows whether the card was charged: approve
	// says that it was.
	GateCharge = "unclear-charge"
)

// An Order is what a person has ordered.
type Order struct {
	ID string `json:"id"`
	// Clerk is who has taken the order, and may not approve it.
	Clerk string `json:"clerk,omitempty"`
	Cents int64  `json:"cents"`
	Items int    `json:"items"`
}

// Terms are the rules of an order. They travel in the input, so that those of an
// order stay what they were.
type Terms struct {
	// ApproveFrom is from how many cents on a person must approve, by Approval.
	ApproveFrom int64         `json:"approveFrom"`
	Approval    policy.Policy `json:"approval"`
	// Unclear says who says whether an unclear charge was made.
	Unclear policy.Policy `json:"unclear"`
	// ChargeWithin is how long a charge is tried.
	ChargeWithin time.Duration `json:"chargeWithin"`
	// Items are complete when none has come for Quiet; CollectWithin is how long
	// to wait for the first one.
	Quiet         time.Duration `json:"quiet"`
	CollectWithin time.Duration `json:"collectWithin"`
	// ShipWithin is the budget of packing and sending together.
	ShipWithin time.Duration `json:"shipWithin"`
}

// Input is the input of the workflow.
type Input struct {
	Order Order `json:"order"`
	Terms Terms `json:"terms"`
}

// A State is where an order stands.
type State string

// The states.
const (
	Screening  State = "screening"
	Approving  State = "approving"
	Charging   State = "charging"
	Unclear    State = "unclear"
	Collecting State = "collecting"
	Shipping   State = "shipping"
	Refunding  State = "refunding"
	Shipped    State = "shipped"  // the end that everybody wants
	Refused    State = "refused"  // by a rule or a person, nothing was charged
	Refunded   State = "refunded" // charged, then something failed
)

// Ended says whether nothing happens any more.
func (s State) Ended() bool { return s == Shipped || s == Refused || s == Refunded }

// Result is the result of the workflow, and what [Progress] answers before.
type Result struct {
	Order string `json:"order"`
	State State  `json:"state"`
	// Why says more of an order that was refused or refunded.
	Why string `json:"why,omitempty"`
	// Charge is the receipt; of a charge that a person has looked up there is
	// none, and Charged alone says that it was made.
	Charge  string `json:"charge,omitempty"`
	Charged bool   `json:"charged"`
	// Items are the IDs of those that have come in time.
	Items  []string `json:"items,omitempty"`
	Parcel string   `json:"parcel,omitempty"`
	// Late are the IDs of those that have come when nobody waited for them.
	Late []string `json:"late,omitempty"`
}

// An Item says that a part of the order is there.
type Item struct {
	ID string `json:"id"`
}

// Messages of an order.
var (
	// ItemReady may be sent twice: the ID tells.
	ItemReady = signals.New[Item]("order.item").WithID(func(i Item) string { return i.ID })
	// Progress says where an order stands.
	Progress = signals.NewQuery[Result]("order.progress")
)
