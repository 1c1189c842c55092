package approval

import (
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

type (
	// Choice is what an actor decides.
	Choice = policy.Choice
	// Actor is who decides, and how the service that admitted the vote knows that.
	Actor = policy.Actor
	// State is where a gate stands.
	State = policy.State
)

// The choices of a vote.
const (
	Approve        = policy.ChoiceApprove
	Reject         = policy.ChoiceReject
	RequestChanges = policy.ChoiceRequestChanges
)

// The states of a gate.
const (
	StateOpen             = policy.StateOpen
	StateChangesRequested = policy.StateChangesRequested
	StateApproved         = policy.StateApproved
	StateRejected         = policy.StateRejected
	StateExpired          = policy.StateExpired
	StateWithdrawn        = policy.StateWithdrawn
	StateCanceled         = policy.StateCanceled
)
