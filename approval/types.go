package approval

import "github.com/temporal-patterns/temporal-patterns/approval/policy"

type (
	// Choice is what an actor decides.
	Choice = policy.Choice
	// Actor is who decides, and how whoever admitted the vote knows that.
	Actor = policy.Actor
	// State is where a gate stands.
	State = policy.State
)

// The choices of a [Vote].
const (
	Approve        = policy.Approve
	Reject         = policy.Reject
	RequestChanges = policy.RequestChanges
)

// The states of a gate.
const (
	Open             = policy.Open
	ChangesRequested = policy.ChangesRequested
	Approved         = policy.Approved
	Rejected         = policy.Rejected
	Expired          = policy.Expired
	Withdrawn        = policy.Withdrawn
	Canceled         = policy.Canceled
)
