package policy

import "time"

// IsRequester reports whether that is the ID of who has made the request.
func (t *Tally) IsRequester(id string) bool {
	return id != "" && t.spelled(id) == t.s.Requester
}

// Move notes that an actor moves the deadline of the stage, by a negative duration
// to an earlier time, or refuses it: see [Tally.MayChange]. The caller has the
// clock, and knows who manages the request.
func (t *Tally) Move(by Actor, d time.Duration, comment string, at time.Time) error {
	switch {
	case t.s.State == StateChangesRequested:
		return refuse(ReasonPaused, "changes were requested, and no deadline runs until the request is made again; move it then")
	case t.s.State != StateOpen:
		return refuse(ReasonClosed, "the gate is %s, so there is no deadline to move; nothing to do", t.s.State)
	}
	if err := t.MayChange(by, ""); err != nil {
		return err
	}
	actor := t.spelled(by.ID)
	if err := t.spend(actor); err != nil {
		return err
	}
	kind := "extended"
	if d < 0 {
		kind = "shortened"
	}
	t.note(AuditEntry{At: at, Kind: kind, Actor: actor, Note: joined(d.Abs().String(), comment)})
	return nil
}

// Resubmit makes the request again, with another subject perhaps: a new round
// begins, without votes. The requester does it, once changes were requested.
func (t *Tally) Resubmit(by, digest string, at time.Time) error {
	switch {
	case t.s.State != StateChangesRequested:
		return refuse(ReasonClosed, "the gate is %s, and no changes are requested; nothing to make again", t.s.State)
	case !t.IsRequester(by):
		return refuse(ReasonNotEligible, "the actor has not made this request; ask who has to make it again")
	case digest != "" && !isDigest(digest):
		return refuse(ReasonMalformed, "the digest has %d bytes; send at most %d bytes of UTF-8", len(digest), MaxNameBytes)
	}
	t.begin(digest, at)
	return nil
}

// begin begins a round.
func (t *Tally) begin(digest string, at time.Time) {
	t.s.State, t.s.Past, t.s.Votes, t.s.Stage, t.s.Digest = StateOpen, nil, nil, 0, digest
	t.s.Round++
	t.turn()
	t.note(AuditEntry{At: at, Kind: "round", Note: digest})
}

// Withdraw takes the request back. The requester does it, while the gate is
// open.
func (t *Tally) Withdraw(by string, at time.Time) error {
	switch {
	case t.s.State.IsClosed():
		return refuse(ReasonClosed, "the gate is %s; it is too late to withdraw", t.s.State)
	case !t.IsRequester(by):
		return refuse(ReasonNotEligible, "the actor has not made this request; ask who has to withdraw it")
	}
	t.close(StateWithdrawn, t.s.Requester, at)
	return nil
}

// undecided is why a deadline decides.
const undecided = "nobody decided in time"

// ExpireOnTimeout says that the deadline of the stage has passed, and returns the new
// state: it is still Open when the next stage begins. While changes are
// requested no deadline passes, so nothing happens.
func (t *Tally) Expire(at time.Time) State {
	if t.s.State != StateOpen {
		return t.s.State
	}
	t.note(AuditEntry{At: at, Kind: "deadline", Note: t.stage().Name})
	switch t.stage().OnTimeout {
	case RejectOnTimeout:
		t.close(StateRejected, undecided, at)
	case ApproveOnTimeout:
		t.advance(undecided, at)
	default:
		t.close(StateExpired, "", at)
	}
	return t.s.State
}

// Cancel says that nobody waits any more.
func (t *Tally) Cancel(at time.Time) {
	if !t.s.State.IsClosed() {
		t.close(StateCanceled, "", at)
	}
}
