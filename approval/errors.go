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
	// ReasonMalformed votes cannot be read, or lack a gate, an ID, an actor or a
	// choice. Correct the sender.
	ReasonMalformed Reason = "Malformed"
	// ReasonTooLarge votes have a comment of over 4 KB, or are over 256 KB in all.
	// Shorten the comment.
	ReasonTooLarge Reason = "TooLarge"
	// ReasonNewerVersion votes were written by a later version of this package.
	// Upgrade the workers.
	ReasonNewerVersion Reason = "NewerVersion"
	// ReasonNotOpen says that the run has no gate of that ID yet. Try again later.
	ReasonNotOpen Reason = "NotOpen"
	// ReasonClosed gates are decided, or their workflow has ended.
	ReasonClosed Reason = "Closed"
	// ReasonLate votes came after the gate's deadline.
	ReasonLate Reason = "Late"
	// ReasonSelfApproval is a vote of the requester.
	ReasonSelfApproval Reason = "SelfApproval"
	// ReasonNotEligible is a vote from outside the group.
	ReasonNotEligible Reason = "NotEligible"
	// ReasonAlreadyVoted is the same choice of the same actor under another ID.
	ReasonAlreadyVoted Reason = "AlreadyVoted"
	// ReasonKeyReused is a decision under an ID that its actor has used for another one.
	// Nothing of it counts. Send it under an ID of its own.
	ReasonKeyReused Reason = "KeyReused"
	// ReasonPaused gates wait until the request is made again.
	ReasonPaused Reason = "Paused"
	// ReasonStale is a vote on another round or another subject. Look again.
	ReasonStale Reason = "Stale"
	// ReasonCommentRequired is a vote without the comment or reason that the policy
	// asks for.
	ReasonCommentRequired Reason = "CommentRequired"
	// ReasonNotAllowed is something that the policy does not offer.
	ReasonNotAllowed Reason = "NotAllowed"
	// ReasonFull gates have taken as many votes as they can, or their run as many
	// updates.
	ReasonFull Reason = "Full"
	// ReasonBadProof is a vote or a change whose signature is missing, wrong or too old.
	ReasonBadProof Reason = "BadProof"
	// ReasonNotGranted says that there is no approval to use, or none any more.
	ReasonNotGranted Reason = "NotGranted"
	// ReasonTimedOut says that no decision came in time, where the policy makes that an
	// error.
	ReasonTimedOut Reason = "TimedOut"
	// ReasonInvalidRequest is a request to [Await] that cannot work.
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
