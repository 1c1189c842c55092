package policy

import "fmt"

// A State is where a gate stands. One that is closed never changes again.
type State string

// The states.
const (
	// Open gates wait for votes.
	Open State = "open"
	// ChangesRequested gates wait for the request to be made again. They take no
	// votes, and their deadline stands still.
	ChangesRequested State = "changes-requested"
	// Approved and Rejected are what people have decided, or the policy for them.
	Approved State = "approved"
	Rejected State = "rejected"
	// Expired says that the deadline passed before the votes were enough.
	Expired State = "expired"
	// Withdrawn says that the request was taken back.
	Withdrawn State = "withdrawn"
	// Canceled says that the workflow stopped waiting.
	Canceled State = "canceled"
)

// IsClosed reports whether nothing changes any more.
func (s State) IsClosed() bool { return s != Open && s != ChangesRequested }

// A Reason is why a vote, or something else that is asked of a gate, is refused,
// in one word for programs. It is an error, so that errors.Is can look for it.
type Reason string

func (r Reason) Error() string { return string(r) }

// The reasons of a [Refusal].
const (
	Malformed       Reason = "Malformed"
	TooLarge        Reason = "TooLarge"
	Closed          Reason = "Closed"
	Paused          Reason = "Paused" // changes were requested
	Stale           Reason = "Stale"  // about another round, or another subject
	SelfApproval    Reason = "SelfApproval"
	NotEligible     Reason = "NotEligible"
	AlreadyVoted    Reason = "AlreadyVoted"
	CommentRequired Reason = "CommentRequired"
	NotAllowed      Reason = "NotAllowed" // the policy has no such choice
	Full            Reason = "Full"
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
