package policy

import "fmt"

// A State is where a gate stands. One that is closed never changes again.
type State string

// The states.
const (
	// StateOpen gates wait for votes.
	StateOpen State = "open"
	// StateChangesRequested gates wait for the request to be made again. They take no
	// votes, and their deadline stands still.
	StateChangesRequested State = "changes-requested"
	// StateApproved and Rejected are what people have decided, or the policy for them.
	StateApproved State = "approved"
	StateRejected State = "rejected"
	// StateExpired says that the deadline passed before the votes were enough.
	StateExpired State = "expired"
	// StateWithdrawn says that the request was taken back.
	StateWithdrawn State = "withdrawn"
	// StateCanceled says that the workflow stopped waiting.
	StateCanceled State = "canceled"
)

// IsClosed reports whether nothing changes any more.
func (s State) IsClosed() bool { return s != StateOpen && s != StateChangesRequested }

// A Reason is why a vote, or something else that is asked of a gate, is refused,
// in one word for programs. It is an error, so that errors.Is can look for it.
type Reason string

func (r Reason) Error() string { return "approval." + string(r) }

// The reasons of a [Refusal].
const (
	ReasonMalformed       Reason = "Malformed"
	ReasonTooLarge        Reason = "TooLarge"
	ReasonClosed          Reason = "Closed"
	ReasonPaused          Reason = "Paused" // changes were requested
	ReasonStale           Reason = "Stale"  // about another round, or another subject
	ReasonSelfApproval    Reason = "SelfApproval"
	ReasonNotEligible     Reason = "NotEligible"
	ReasonAlreadyVoted    Reason = "AlreadyVoted"
	ReasonCommentRequired Reason = "CommentRequired"
	ReasonNotAllowed      Reason = "NotAllowed" // the policy has no such choice
	ReasonFull            Reason = "Full"
)

// A Refusal says why a vote does not count, and what to do.
type Refusal struct {
	Reason Reason
	Text   string
}

func (r *Refusal) Error() string { return r.Text }

// Unwrap is the reason, for errors.Is.
func (r *Refusal) Unwrap() error { return r.Reason }

func refuse(reason Reason, format string, args ...any) error {
	return &Refusal{Reason: reason, Text: fmt.Sprintf(format, args...)}
}
