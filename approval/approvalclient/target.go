package approvalclient

// parallelVotes bounds the votes that DecideMany has on their way.
const parallelVotes = 8

// A Target names a gate for [Client.DecideMany], and what the actor has seen of it.
type Target struct {
	Ref  Ref
	Gate string
	// Round and Digest repeat those of its [GateStatus]. They may be zero in the first round
	// only.
	Round  int
	Digest string
	// For names the person for whom the actor decides, by delegation.
	For string
}

// A DecideResult holds the result for one target of [Client.DecideMany].
type DecideResult struct {
	Target  Target
	Receipt Receipt
	// Err holds nil, an error of [Client.Decide], or [ReasonNotSent].
	Err error
}

// firstOf returns for each target the index of the first one with the same gate.
func firstOf(targets []Target) []int {
	index, first := map[address]int{}, make([]int, len(targets))
	for i, t := range targets {
		a := address{t.Ref, t.Gate}
		if _, ok := index[a]; !ok {
			index[a] = i
		}
		first[i] = index[a]
	}
	return first
}

// sameTarget reports whether two votes of one choice come to the same.
func (v Vote) sameTarget(w Vote) bool {
	return v.For == w.For && v.Round == w.Round && v.Digest == w.Digest
}

// on returns the vote as it goes to that target.
func (v Vote) on(t Target) Vote {
	if v.Round == 0 {
		v.Round = t.Round
	}
	if v.Digest == "" {
		v.Digest = t.Digest
	}
	if v.For == "" {
		v.For = t.For
	}
	return v
}
