package approvalclient

import (
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A Vote states one actor's decision on a gate.
type Vote struct {
	// ID names this decision of the actor. The same decision sent again under its ID gets
	// the first receipt and never counts twice, by update or by signal; so keep the ID when
	// you retry. It has at most 200 bytes.
	ID      string
	Actor   policy.Actor
	Choice  policy.Choice
	Comment string
	// Reason gives one of the policy's RejectReasons, for a rejection. With another choice
	// it is kept like a comment, and decides nothing.
	Reason string
	// For names the person for whom the actor decides, by delegation.
	For string
	// Round and Digest repeat those of the [GateStatus] that the actor has seen, so that a
	// vote on something else is refused as approval.ReasonStale. They may be zero in the
	// first round only.
	Round  int
	Digest string
	// Subject, when it is not nil, replaces the subject: an approval with a change, if the
	// policy has AllowEdits. It is the whole subject, with the names of
	// fields that the status shows, and travels as JSON.
	Subject any
}

func (v Vote) encode(gate string) (protocol.Vote, error) { return protocol.VoteForm(v).Vote(gate) }

// A Receipt tells the result of a vote or a change.
type Receipt struct {
	// Gate and ID repeat those of the vote.
	Gate string `json:"gate"`
	ID   string `json:"id"`
	// Choice repeats the choice that counted under this ID; it is empty for a change.
	Choice policy.Choice `json:"choice,omitempty"`
	// Queued says that no worker has answered: the vote is durable in the workflow's
	// history and will be counted in its order, but it may still be refused. The fields
	// below are then empty.
	Queued bool `json:"queued,omitempty"`
	// State tells the gate's state with this vote counted, Round and Stage what the gate
	// decides now: after a vote that ends a stage, the next one.
	State policy.State `json:"state,omitempty"`
	Round int          `json:"round,omitempty"`
	Stage int          `json:"stage,omitempty"`
	// Approvals counts the approvals that the stage has, Need those that it needs, and
	// Missing those that it still needs, where each person counts for one rule.
	Approvals int `json:"approvals,omitempty"`
	Need      int `json:"need,omitempty"`
	Missing   int `json:"missing,omitempty"`
}
