package approvalclient

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A ChangeKind says what a [Change] does.
type ChangeKind string

// The kinds of changes, and the people who may make them.
const (
	// ChangeExtend and ChangeShorten move the deadline of the stage, by By. The managers
	// of the request may.
	ChangeExtend  ChangeKind = "extend"
	ChangeShorten ChangeKind = "shorten"
	// ChangeWithdraw takes the request back. The requester and managers may.
	ChangeWithdraw ChangeKind = "withdraw"
	// ChangeResubmit makes the request again after changes were requested, with Subject if
	// that has changed. The requester may.
	ChangeResubmit ChangeKind = "resubmit"
	// ChangeDelegate lets To decide for the actor; an empty To ends that. People who may
	// decide may.
	ChangeDelegate ChangeKind = "delegate"
	// ChangeReassign lets others decide, as Reassignment says. Managers may.
	ChangeReassign ChangeKind = "reassign"
	// ChangeRevoke takes back an approval that was not used yet. The requester and managers
	// may.
	ChangeRevoke ChangeKind = "revoke"
)

// A Change describes what an actor does to a gate besides deciding.
type Change struct {
	// ID names this change of the actor, as the ID of a [Vote] does.
	ID      string
	Actor   policy.Actor
	Kind    ChangeKind
	Comment string
	// By says by how much to extend or shorten.
	By time.Duration
	// To names the actor who decides for this one.
	To string
	// Reassignment names the people who decide from now on; its After is not used.
	Reassignment policy.Escalation
	// Subject replaces the subject in the next round; nil leaves it as it is.
	Subject any
}

func (c Change) encode(gate string) (protocol.Change, error) {
	return protocol.ChangeForm{
		ID: c.ID, Actor: c.Actor, Kind: string(c.Kind), Comment: c.Comment, By: c.By, To: c.To, Reassignment: c.Reassignment, Subject: c.Subject,
	}.Change(gate)
}
