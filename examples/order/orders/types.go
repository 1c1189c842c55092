package orders

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Name names the workflow type.
const Name = "Order"

// The gates of an order.
const (
	// GateLarge opens for an order of Terms.ApproveFrom or more.
	GateLarge = "large-order"
	// GateCharge opens when it is unknown whether the card was charged. To approve means
	// that it was.
	GateCharge = "unclear-charge"
)

// An Order names what a customer buys.
type Order struct {
	ID string `json:"id"`
	// Clerk took the order, and may not approve it.
	Clerk string `json:"clerk,omitempty"`
	Cents int64  `json:"cents"`
	Items int    `json:"items"`
}

// Terms hold the rules of an order. They are part of the input, so that an order keeps the
// rules that it started with.
type Terms struct {
	// Orders of at least ApproveFrom cents need an approval, by the policy Approval.
	ApproveFrom int64         `json:"approveFrom"`
	Approval    policy.Policy `json:"approval"`
	// Unclear says who decides whether an unclear charge was made.
	Unclear policy.Policy `json:"unclear"`
	// ChargeWithin limits the attempts to charge.
	ChargeWithin time.Duration `json:"chargeWithin"`
	// Quiet limits the wait for the next item, and CollectWithin the wait for all items.
	Quiet         time.Duration `json:"quiet"`
	CollectWithin time.Duration `json:"collectWithin"`
	// ShipWithin limits packing and sending together.
	ShipWithin time.Duration `json:"shipWithin"`
}

// An Input starts the workflow.
type Input struct {
	Order Order `json:"order"`
	Terms Terms `json:"terms"`
}

// A State says where an order stands.
type State string

// The states.
const (
	StateScreening  State = "screening"
	StateApproving  State = "approving"
	StateCharging   State = "charging"
	StateUnclear    State = "unclear"
	StateCollecting State = "collecting"
	StateShipping   State = "shipping"
	StateRefunding  State = "refunding"
	StateShipped    State = "shipped"  // complete
	StateRefused    State = "refused"  // by a rule or a person; nothing was charged
	StateRefunded   State = "refunded" // charged, then something failed
)

// HasEnded reports whether the order is complete, refused or refunded.
func (s State) HasEnded() bool { return s == StateShipped || s == StateRefused || s == StateRefunded }

// A Result describes an order: at the end as the result of the workflow, and before by
// [Progress].
type Result struct {
	Order string `json:"order"`
	State State  `json:"state"`
	// Why says why an order was refused or refunded.
	Why string `json:"why,omitempty"`
	// Charge holds the receipt of the charge. A charge that a person has looked up has
	// none; then only Charged says that it was made.
	Charge  string `json:"charge,omitempty"`
	Charged bool   `json:"charged"`
	// Items lists the IDs of the items that came in time.
	Items  []string `json:"items,omitempty"`
	Parcel string   `json:"parcel,omitempty"`
	// Late lists the IDs of the items that came later.
	Late []string `json:"late,omitempty"`
}

// An Item reports that a part of the order is there.
type Item struct {
	ID string `json:"id"`
}

// Messages of an order.
var (
	// ItemReady reports an item. It may be sent twice with the same ID.
	ItemReady = signals.New[Item]("order.item").WithID(func(i Item) string { return i.ID })
	// Progress returns where an order stands.
	Progress = signals.NewQuery[Result]("order.progress")
)

// TermsOf returns rules for a demonstration: pace limits each wait for people, and the other
// limits are parts of it.
func TermsOf(pace time.Duration) Terms {
	sales := policy.Quorum(1, "sales").Within(pace)
	return Terms{
		ApproveFrom: 1_000_00, Approval: sales, Unclear: policy.Quorum(1, "accounts").Within(policy.NoDeadline),
		ChargeWithin: pace, Quiet: pace / 20, CollectWithin: pace, ShipWithin: pace,
	}
}
