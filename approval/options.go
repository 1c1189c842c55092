package approval

// check refuses what would be found out by people only.
func (o Options) check() error {
	for _, k := range o.Keys {
		if k.id == "" {
			return refusal(ReasonInvalidRequest, "", "one of Options.Keys is empty; make each with NewHMACKey or NewVerifyingKey")
		}
	}
	return nil
}

// single refuses gates beside which a run has others: votes reach only one of them.
// Without the interceptor of signals, it may find that out only when it waits.
func (g *Gates) single() error {
	if g.claim.Again() {
		return refusal(ReasonInvalidRequest, "",
			"NewGates was called before in this run; call it once, first thing in the workflow, and hand its Gates on")
	}
	return nil
}

// over reports whether what Get waits for is there: the gate is closed, or never
// will be.
func (g *gate) over() bool { return !g.closed.IsZero() || g.gates.claim.Again() }
