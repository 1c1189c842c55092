package intervention

import (
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// DefaultMaxQuestions applies when [Request].MaxQuestions is zero.
const DefaultMaxQuestions = 20

// A Request says whom [Execute] asks.
type Request[In any] struct {
	// ID names the work within the run. The gates are ID, a hyphen and a number from 1 on. Use
	// it once in a run.
	ID string
	// Policy says whose votes decide. Execute sets AllowEdits and, without a Requester,
	// AllowRequester.
	Policy policy.Policy
	// Title describes the question in a line. Empty is "Charge has failed", with the name of the activity.
	Title string
	// Requester, Roster and Managers mean what they mean in approval.Request.
	Requester string
	Roster    policy.GroupMembers
	Managers  policy.Selector
	// NeedsPerson reports whether people decide about a failure; Execute returns other failures.
	// Nil is [NeedsPerson].
	NeedsPerson func(error) bool
	// ValidateInput returns an error for an input that people have corrected and that cannot
	// be used. The error is shown to them. Nil accepts every In.
	ValidateInput func(In) error
	// MaxQuestions limits how often people are asked. After that Execute returns the last
	// failure. Zero is DefaultMaxQuestions.
	MaxQuestions int
}

// NeedsPerson reports whether an activity's retry policy is exhausted, or its record needs
// review. It is the default of [Request].NeedsPerson.
func NeedsPerson(err error) bool {
	if reason, ok := idempotency.ReasonOf(err); ok && (reason == idempotency.ReasonNeedsReview || reason == idempotency.ReasonNoResult) {
		return true
	}
	if reason, ok := ReasonOf(err); ok {
		return reason == ReasonDone
	}
	reason, ok := retry.ReasonOf(err)
	return ok && reason != retry.ReasonNonRetryable
}
