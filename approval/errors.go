package approval

import (
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// A Reason says why a vote or a request was refused. On the wire it is the
// type of a temporal.ApplicationError: "approval." and the reason. It is a
// sentinel too: errors.Is(err, approval.Closed) holds for what a [Client] returns.
type Reason = policy.Reason

// The reasons of a refusal.
const (
	// Malformed votes cannot be read, or lack a gate, an ID, an actor or a
	// choice. Correct the sender.
	Malformed = policy.ReasonMalformed
	// TooLarge votes have a comment of over 4 KB, or are over 256 KB in all.
	// Shorten the comment.
	TooLarge = policy.ReasonTooLarge
	// NewerVersion votes were written by a later version of this package.
	// Upgrade the workers.
	NewerVersion Reason = "NewerVersion"
	// NotOpen says that the run has no gate of that ID yet. Try again later.
	NotOpen Reason = "NotOpen"
	// Closed gates are decided, or their workflow has ended.
	Closed = policy.ReasonClosed
	// Late votes came after the gate's deadline.
	Late Reason = "Late"
	// SelfApproval is a vote of the requester.
	SelfApproval = policy.ReasonSelfApproval
	// NotEligible is a vote from outside the group.
	NotEligible = policy.ReasonNotEligible
	// AlreadyVoted is the same choice of the same actor under another ID.
	AlreadyVoted = policy.ReasonAlreadyVoted
	// KeyReused is a decision under an ID that its actor has used for another one.
	// Nothing of it counts. Send it under an ID of its own.
	KeyReused Reason = "KeyReused"
	// Paused gates wait until the request is made again.
	Paused = policy.ReasonPaused
	// Stale is a vote on another round or another subject. Look again.
	Stale = policy.ReasonStale
	// CommentRequired is a vote without the comment or reason that the policy
	// asks for.
	CommentRequired = policy.ReasonCommentRequired
	// NotAllowed is something that the policy does not offer.
	NotAllowed = policy.ReasonNotAllowed
	// Full gates have taken as many votes as they can, or their run as many
	// updates.
	Full = policy.ReasonFull
	// BadProof is a vote or a change whose signature is missing, wrong or too old.
	BadProof Reason = "BadProof"
	// NotGranted says that there is no approval to use, or none any more.
	NotGranted Reason = "NotGranted"
	// TimedOut says that nobody decided in time, where the policy makes that an
	// error.
	TimedOut Reason = "TimedOut"
	// InvalidRequest is a request to [Await] that cannot work.
	InvalidRequest Reason = "InvalidRequest"
	// NotSent says that a vote or a change was not sent: the caller's context has
	// ended before it was its turn in [Client.DecideMany], or no worker says which
	// of the actor's many groups matter. Send it again.
	NotSent Reason = "NotSent"
	// UnknownWorkflow says that no workflow of that ID exists.
	UnknownWorkflow Reason = "UnknownWorkflow"
	// WorkflowPaused says that an operator has paused the workflow, so that it
	// takes no changes and answers no questions. Try again when it runs.
	WorkflowPaused Reason = "WorkflowPaused"
	// Refused says that the server or the worker has refused the call: a missing
	// permission, an unknown namespace, an interceptor. Nothing was recorded; the
	// error's cause says why.
	Refused Reason = "Refused"
)

// ReasonOf returns why err refuses something, and "" when it is not a refusal
// of this package. It looks through causes and gives the same answer in the
// workflow, its parent, an activity and a client.
func ReasonOf(err error) Reason {
	reason, _ := apperr.ReasonOf[Reason](err)
	return reason
}

func refusal(reason Reason, gate, text string, details ...any) error {
	return protocol.Refuse(nil, reason, gate, text, details...)
}

func refusalOf(gate string, err error) error { return protocol.RefusalOf(gate, err) }
