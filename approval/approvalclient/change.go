package approvalclient

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// An Action is what a [Change] does.
type ChangeKind string

// The actions, and who may do them: the requester, those who may decide, and the
// Managers of the request.
const (
	// ChangeExtend and Shorten move the deadline of the stage, by By. Managers.
	ChangeExtend  ChangeKind = "extend"
	ChangeShorten ChangeKind = "shorten"
	// ChangeWithdraw takes the request back. The requester and managers.
	ChangeWithdraw ChangeKind = "withdraw"
	// ChangeResubmit makes the request again once changes were requested, with
	// Subject if that has changed. The requester.
	ChangeResubmit ChangeKind = "resubmit"
	// ChangeDelegate lets To decide for the actor; an empty To takes that back. Who
	// may decide.
	ChangeDelegate ChangeKind = "delegate"
	// ChangeReassign lets others decide, as Reassignment says. Managers.
	ChangeReassign ChangeKind = "reassign"
	// ChangeRevoke takes an approval back that was not used yet. The requester and
	// managers.
	ChangeRevoke ChangeKind = "revoke"
)

// A Change is what somebody does to a gate, besides deciding.
type Change struct {
	// ID names this change of the actor, as the ID of a [Vote] does.
	ID      string
	Actor   policy.Actor
	Kind    ChangeKind
	Comment string
	// By is by how much to extend or shorten.
	By time.Duration
	// To is who decides for the actor.
	To string
	// Reassignment says who decides from now on; its After is not used.
	Reassignment policy.Escalation
	// Subject is the subject of the next round; nil leaves it as it is.
	Subject any
}

func (c Change) encode(gate string) (protocol.Change, error) {
	return protocol.ChangeForm{
		ID: c.ID, Actor: c.Actor, Kind: string(c.Kind), Comment: c.Comment, By: c.By, To: c.To, Reassignment: c.Reassignment, Subject: c.Subject,
	}.Change(gate)
}

// Argument is the change as the argument of the update. It is not signed.
func (c Change) Argument(gate string) (any, error) {
	m, err := c.encode(gate)
	if err != nil {
		return nil, err
	}
	return m.Encode()
}
