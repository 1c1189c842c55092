package policy

// Reopen returns the tally of a gate that was opened before with the policy that
// [Tally.Policy] returned then. It judges nothing: a policy that was good when the
// gate was opened stays so.
func Reopen(p Policy, o TallyOptions) *Tally {
	t := newTally(p, o)
	t.open(o)
	return t
}

// newTally returns a tally of names as the gate keeps them.
func newTally(p Policy, o TallyOptions) *Tally {
	t := &Tally{s: Snapshot{Policy: p.normalized(), Requester: o.Requester, Roster: o.GroupMembers}}
	if p.FoldCase {
		t.s.Requester, t.s.Roster = fold(o.Requester), o.GroupMembers.folded()
	}
	return t
}

// open begins the first round.
func (t *Tally) open(o TallyOptions) {
	t.s.V, t.s.State, t.s.Round, t.s.Digest = snapshotVersion, StateOpen, 1, o.Digest
	t.note(AuditEntry{At: o.At, Kind: opened, Actor: t.s.Requester, Note: o.Digest})
	if auto := t.s.Policy.AutoApprove; auto != "" {
		t.close(StateApproved, auto, o.At)
	}
}
