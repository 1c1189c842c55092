package approvalclient

import (
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A Vote is one actor's decision on a gate.
type Vote struct {
	// ID names this decision of the actor. Sending it again under its ID gets
	// the first receipt and never counts twice, by whatever way it travels;
	// so keep it when you retry. At most 200 bytes.
	ID      string
	Actor   policy.Actor
	Choice  policy.Choice
	Comment string
	// Reason is one of the policy's RejectReasons, for a rejection. With another choice it
	// is kept like a comment, and decides nothing.
	Reason string
	// For is the actor for whom this one decides, by delegation.
	For string
	// Round and Digest are those of the [GateStatus] that the actor has seen, so
	// that a vote on something else is refused as [Stale]. Zero and empty say
	// nothing, which is enough in the first round only.
	Round  int
	Digest string
	// Subject, when it is not nil, is the subject as the actor wants it: an
	// approval with a change, if the policy has AllowEdits. It is the whole subject,
	// with the names of fields that the status shows, and travels as JSON.
	Subject any
}

// A Receipt says what became of a vote or a change.
type Receipt struct {
	// Gate and ID are those of the vote.
	Gate string `json:"gate"`
	ID   string `json:"id"`
	// Choice is the choice that counted under this ID; empty for a change.
	Choice policy.Choice `json:"choice,omitempty"`
	// Queued says that no worker was there to answer: the vote is durable in
	// the workflow's history and will be looked at in its order, but it may
	// still be refused. The fields below are then empty.
	Queued bool `json:"queued,omitempty"`
	// State is the gate's state with this vote counted, Round and Stage what is
	// decided now: after a vote that ends a stage, the next one.
	State policy.State `json:"state,omitempty"`
	Round int          `json:"round,omitempty"`
	Stage int          `json:"stage,omitempty"`
	// Approvals and Need are how many approvals that stage has, and how many it
	// needs; Missing is how many it still needs, each person
	// counting for one rule.
	Approvals int `json:"approvals,omitempty"`
	Need      int `json:"need,omitempty"`
	Missing   int `json:"missing,omitempty"`
}

// encode returns the vote as it is sent to a gate.
func (v Vote) encode(gate string) (protocol.Vote, error) { return protocol.VoteForm(v).Vote(gate) }

// Argument is the vote as the argument of the update and the signal, for programs that send
// it otherwise than by a [Client]. It is not signed.
func (v Vote) Argument(gate string) (any, error) {
	m, err := v.encode(gate)
	if err != nil {
		return nil, err
	}
	return m.Encode()
}
