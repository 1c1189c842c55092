package tally

import (
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// MaxChanges limits how often one actor may change a decision, edit, delegate, reassign
// or move the deadline on one gate.
const MaxChanges = 50

// IsRequester reports whether id is the requester's.
func (t *Tally) IsRequester(id string) bool {
	return id != "" && t.spelled(id) == t.s.Requester
}

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
	t.begin(digest, at)
	return nil
}

// begin begins a round.
func (t *Tally) begin(digest string, at time.Time) {
	t.s.State, t.s.Past, t.s.Votes, t.s.Stage, t.s.Digest = policy.StateOpen, nil, nil, 0, digest
	t.s.Round++
	t.rulesChanged()
	t.note(policy.AuditEntry{At: at, Kind: policy.AuditRound, Note: digest})
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
	t.note(policy.AuditEntry{At: at, Kind: policy.AuditDeadline, Note: t.stage().Name})
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

// CheckPower returns a [Refusal] if an actor may not change who decides or until when,
// although a manager of the request: the requester, excluded people, and people whom
// the rule of that name excepts. An empty rule stands for all rules of the stage.
func (t *Tally) CheckPower(by policy.Actor, rule string) error {
	if err := CheckActor(by); err != nil {
		return err
	}
	by.ID = t.spelled(by.ID)
	if err := t.checkBarred(by.ID); err != nil {
		return err
	}
	excepts := t.electorate().Excepts(by.ID)
	for i, r := range t.stage().Rules {
		if excepts.Has(i) && (rule == "" || rule == r.Name) {
			return refuse(ReasonNotEligible,
				"a rule of the stage excepts the actor, who cannot change who decides or until when; ask another manager")
		}
	}
	return nil
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
	actor := t.spelled(by.ID)
	if err := t.countChange(actor); err != nil {
		return err
	}
	kind := policy.AuditExtended
	if d < 0 {
		kind = policy.AuditShortened
	}
	t.note(policy.AuditEntry{At: at, Kind: kind, Actor: actor, Note: joinNonEmpty(d.Abs().String(), comment)})
	return nil
}

// countChange counts a change of an actor, or refuses it: without a limit one actor
// could fill the gate and its audit.
func (t *Tally) countChange(actor string) error {
	if err := t.checkChanges(actor); err != nil {
		return err
	}
	if i := t.changesOf(actor); i >= 0 {
		t.s.Spent[i].Changes++
		return nil
	}
	t.s.Spent = append(t.s.Spent, Spent{Actor: actor, Changes: 1})
	return nil
}

func (t *Tally) checkChanges(actor string) error {
	if i := t.changesOf(actor); i >= 0 && t.s.Spent[i].Changes >= MaxChanges {
		return refuse(ReasonFull, "the actor has made %d changes to this gate, which is the limit; leave it as it is, or ask another", MaxChanges)
	}
	return nil
}

// changesOf returns the index in Spent, or -1.
func (t *Tally) changesOf(actor string) int {
	return slices.IndexFunc(t.s.Spent, func(s Spent) bool { return names.Same(s.Actor, actor) })
}
