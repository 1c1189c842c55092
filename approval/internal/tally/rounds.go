package tally

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// MaxChanges limits how often one actor may change a decision, edit, delegate, reassign
// or move the deadline on one gate.
const MaxChanges = 50

// Resubmit makes the request again, perhaps with another subject: a new round begins
// without votes. The requester does it after changes were requested.
func (t *Tally) Resubmit(by, digest string, at time.Time) error {
	switch {
	case t.s.State != policy.StateChangesRequested:
		return refuse(ReasonClosed, "the gate is %s, and no changes are requested; there is nothing to submit again", t.s.State)
	case !t.IsRequester(by):
		return refuse(ReasonNotEligible, "the actor is not the requester; ask the requester to submit it again")
	case digest != "" && !names.IsText(digest):
		return refuse(ReasonMalformed, "the digest has %d bytes; send at most %d bytes of UTF-8", len(digest), policy.MaxNameBytes)
	}
	t.beginRound(digest, at)
	return nil
}

// beginRound begins a round.
func (t *Tally) beginRound(digest string, at time.Time) {
	t.s.State, t.s.Past, t.s.Votes, t.s.Stage, t.s.Digest = policy.StateOpen, nil, nil, 0, digest
	t.s.Round++
	t.rulesChanged()
	t.appendEntry(policy.AuditEntry{At: at, Kind: policy.AuditRound, Note: digest})
}

// Withdraw closes the gate for the requester.
func (t *Tally) Withdraw(by string, at time.Time) error {
	if !t.s.State.IsClosed() && !t.IsRequester(by) {
		return refuse(ReasonNotEligible, "the actor is not the requester; ask the requester to withdraw it")
	}
	return t.WithdrawByManager(at)
}

// WithdrawByManager closes the gate for a manager, whom the caller has checked.
func (t *Tally) WithdrawByManager(at time.Time) error {
	if t.s.State.IsClosed() {
		return refuse(ReasonClosed, "the gate is %s; it is too late to withdraw", t.s.State)
	}
	t.close(policy.StateWithdrawn, t.s.Requester, at)
	return nil
}

// undecided explains a decision by the deadline.
const undecided = "no decision before the deadline"

// Expire reports that the deadline of the stage has passed, and returns the new state.
// The gate is still open if the next stage begins. While changes are requested no
// deadline passes, so nothing happens.
func (t *Tally) Expire(at time.Time) policy.State {
	if t.s.State != policy.StateOpen {
		return t.s.State
	}
	t.appendEntry(policy.AuditEntry{At: at, Kind: policy.AuditDeadline, Note: t.stage().Name})
	switch t.stage().OnTimeout {
	case policy.RejectOnTimeout:
		t.close(policy.StateRejected, undecided, at)
	case policy.ApproveOnTimeout:
		t.advance(undecided, at)
	default:
		t.close(policy.StateExpired, "", at)
	}
	return t.s.State
}

// Cancel reports that the workflow has stopped waiting.
func (t *Tally) Cancel(at time.Time) {
	if !t.s.State.IsClosed() {
		t.close(policy.StateCanceled, "", at)
	}
}

// Move records that an actor moves the deadline of the stage by d, or returns a
// [Refusal]; see [Tally.CheckPower]. The caller has the clock and checks that the actor
// manages the request.
func (t *Tally) Move(by policy.Actor, d time.Duration, comment string, at time.Time) error {
	switch {
	case t.s.State == policy.StateChangesRequested:
		return refuse(ReasonPaused, "changes were requested, and the deadline is stopped until the request is made again; move it then")
	case t.s.State != policy.StateOpen:
		return refuse(ReasonClosed, "the gate is %s, so there is no deadline to move; nothing to do", t.s.State)
	}
	if err := t.CheckPower(by, ""); err != nil {
		return err
	}
	actor := t.keptName(by.ID)
	if err := t.countChange(actor); err != nil {
		return err
	}
	kind := policy.AuditExtended
	if d < 0 {
		kind = policy.AuditShortened
	}
	t.appendEntry(policy.AuditEntry{At: at, Kind: kind, Actor: actor, Note: joinNonEmpty(d.Abs().String(), comment)})
	return nil
}
