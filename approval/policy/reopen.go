package policy

// Reopen returns the tally of a gate that was opened before with the policy that
// [Tally.Policy] returned then. It judges nothing: a policy that was good when the
// gate was opened stays so.
func Reopen(p Policy, o Opening) *Tally {
	t := &Tally{Snapshot{Policy: p.normalized(), Requester: o.Requester, Roster: o.Roster}}
	t.open(o)
	return t
}

// open begins the first round.
func (t *Tally) open(o Opening) {
	t.s.V, t.s.State, t.s.Round, t.s.Digest = snapshotVersion, Open, 1, o.Digest
	t.note(Entry{At: o.At, Kind: "opened", Actor: o.Requester, Note: o.Digest})
	if auto := t.s.Policy.Auto; auto != "" {
		t.close(Approved, auto, o.At)
	}
}
