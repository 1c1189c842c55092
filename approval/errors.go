package approval

import (
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// A Reason says why a vote or a request was refused. On the wire it is the
// type of a temporal.ApplicationError: "approval." and the reason. It is a
// sentinel too: errors.Is(err, approval.ReasonClosed) holds for what an approvalclient.Client returns.
type Reason string

// Error returns the reason as the type of an error on the wire.
func (r Reason) Error() string { return "approval." + string(r) }

// The reasons of a refusal.
const (
	// ReasonMalformed says that a vote cannot be read, or lacks a gate, an ID, an actor or
	// a choice. Correct the sender.
	ReasonMalformed Reason = "Malformed"
	// ReasonTooLarge says that a comment has over 4 KB, or the whole vote over 256 KB.
	// Shorten the comment.
	ReasonTooLarge Reason = "TooLarge"
	// ReasonNewerVersion says that a later version of this package wrote the vote. Upgrade
	// the workers.
	ReasonNewerVersion Reason = "NewerVersion"
	// ReasonNotOpen says that the run has no gate of that ID yet. Try again later.
	ReasonNotOpen Reason = "NotOpen"
	// ReasonClosed says that the gate is decided, or its workflow has ended.
	ReasonClosed Reason = "Closed"
	// ReasonLate says that the vote came after the gate's deadline.
	ReasonLate Reason = "Late"
	// ReasonSelfApproval refuses the requester.
	ReasonSelfApproval Reason = "SelfApproval"
	// ReasonNotEligible refuses an actor whom the policy does not let decide.
	ReasonNotEligible Reason = "NotEligible"
	// ReasonAlreadyVoted says that the person has decided: the same choice under another ID,
	// any further choice under FinalVotes, or an approval of an earlier stage.
	ReasonAlreadyVoted Reason = "AlreadyVoted"
	// ReasonKeyReused says that the actor has used the ID for another decision. The vote does
	// not count. Send it under an ID of its own.
	ReasonKeyReused Reason = "KeyReused"
	// ReasonPaused says that the gate waits until the requester makes the request again.
	ReasonPaused Reason = "Paused"
	// ReasonStale refuses a vote on another round or another subject. Look again.
	ReasonStale Reason = "Stale"
	// ReasonCommentRequired refuses a vote without the comment or reason that the policy asks
	// for.
	ReasonCommentRequired Reason = "CommentRequired"
	// ReasonNotAllowed refuses what the policy does not offer.
	ReasonNotAllowed Reason = "NotAllowed"
	// ReasonFull says that the gate has taken as many votes as it can, or its run as many
	// updates.
	ReasonFull Reason = "Full"
	// ReasonBadProof refuses a vote or a change whose signature is missing, wrong or too old.
	ReasonBadProof Reason = "BadProof"
	// ReasonNotGranted says that there is no approval to use, or none any more.
	ReasonNotGranted Reason = "NotGranted"
	// ReasonTimedOut says that no decision came in time, where the policy makes that an
	// error.
	ReasonTimedOut Reason = "TimedOut"
	// ReasonInvalidRequest refuses a request to [Await] that cannot work.
	ReasonInvalidRequest Reason = "InvalidRequest"
)

// ReasonOf returns the reason of a refusal of this package, and reports whether err is
// one. It looks through causes and gives the same answer in the workflow, its parent,
// an activity and a client.
func ReasonOf(err error) (Reason, bool) { return apperr.ReasonOf[Reason](err) }

// reasonOf returns the reason of a refusal, and "" for other errors.
func reasonOf(err error) Reason {
	reason, _ := ReasonOf(err)
	return reason
}

func refusal(reason Reason, gate, text string, details ...any) error {
	return protocol.Refuse(nil, reason, gate, text, details...)
}

func refusalOf(gate string, err error) error { return protocol.RefusalOf(gate, err) }
