package approval

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A Request asks people one question.
type Request[T any] struct {
	// ID names the gate within the run; votes carry it. Use it once in a run. The ID of
	// a gate that the run before carried returns that gate as it stands; of the other
	// fields, only the type of Subject and ValidateSubject then count.
	ID string
	// Subject holds what people approve. It comes back in the [Outcome], with the changes that
	// people have made. History has it as encoding/json writes it, or protojson for a
	// protobuf message, with at most 256 KB. Other values, such as bytes, and text that is no
	// UTF-8 are a [ReasonInvalidRequest].
	Subject T
	// Title gives people one line, in notices and the status.
	Title string
	// Requester holds the actor ID of the person who asks, and who therefore may not decide.
	// It may be empty only when the policy has AllowRequester.
	Requester string
	// Policy says whose votes decide, how many are needed, and until when.
	Policy policy.Policy
	// Roster lists the members of groups, where you know them beforehand. The gate then
	// ignores what votes claim about these groups.
	Roster policy.GroupMembers
	// Managers may extend, shorten and withdraw, and let others decide.
	Managers policy.Selector
	// ValidateSubject returns an error when a subject that people have changed cannot
	// be used. It is called once for each edit: an approval with an edit, or a request
	// that is made again. The policy stays as it was, so if the subject has chosen the
	// policy, such as by its amount, refuse what would have chosen another. A panic
	// refuses the edit. Nil accepts every subject that fits T. [AwaitChild] cannot
	// take one, because a function cannot be sent to a child.
	ValidateSubject func(T) error `json:"-"`
}

// An Outcome holds the answer. A rejection, or no decision in time, is not an error.
type Outcome[T any] struct {
	// State has [policy.StateApproved], [policy.StateRejected], [policy.StateExpired] or
	// [policy.StateWithdrawn]. Act on StateApproved only.
	State policy.State
	// Why says more than votes do: which rule approved, or why no one could approve.
	Why string
	// Subject holds what people approved, in the last round.
	Subject T
	// Round counts how often the request was made.
	Round int
	// Votes lists the votes of that round that counted: the latest of each person.
	Votes []policy.CountedVote
	// Closed says when the gate was decided, in workflow time, and UseBy until when an approval
	// may be used; zero without limit.
	Closed, UseBy time.Time

	gate *gate
}

// CheckUsable returns the error with which [Outcome.Consume] would fail now. It changes
// nothing.
func (o Outcome[T]) CheckUsable(ctx workflow.Context) error {
	if o.gate == nil {
		return refusal(ReasonNotGranted, "", "the outcome is not of this run; use it where it was awaited")
	}
	return o.gate.usable(ctx)
}

// Consume marks the approval as used. It fails with [ReasonNotGranted] when there is none,
// when it was used or revoked, or when it is older than the policy's ValidFor allows. Call
// it right before the act that was approved, in the run that has waited.
func (o Outcome[T]) Consume(ctx workflow.Context) error {
	err := o.CheckUsable(ctx)
	if err == nil {
		o.gate.consume(ctx)
	}
	return err
}
