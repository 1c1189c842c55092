package policy

// Lint reports what is wrong with the policy by itself, as [Policy.Validate]
// does, and whether it can be fulfilled at all: by those who may decide, without
// the requester and who is barred, each counting once. Groups whose members are
// not in the roster are taken to be large enough.
func Lint(p Policy, o Opening) error {
	_, err := lint(p, o)
	return err
}

// lint returns the tally with which it looked at who there is.
func lint(p Policy, o Opening) (*Tally, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	c := &complaints{}
	if o.Digest != "" && !isName(o.Digest) {
		c.add("the digest has %d bytes; give at most %d bytes of UTF-8", len(o.Digest), MaxName)
	}
	if o.Requester != "" && !isName(o.Requester) {
		c.add("the requester has %d bytes; give at most %d bytes of UTF-8", len(o.Requester), MaxName)
	}
	if o.Requester == "" && p.MaxRounds > 1 {
		c.add("maxRounds is %d, and there is no requester who could make the request again; name one", p.MaxRounds)
	}
	t := &Tally{Snapshot{Policy: p.normalized(), Requester: o.Requester, Roster: o.Roster}}
	total, known := 0, true
	for i, s := range t.s.Policy.Stages {
		if !t.known(c, s, i) {
			known = false
			continue
		}
		for _, places := range t.places(s) {
			total += places
		}
		if need, got, short := t.short(s); short {
			c.add("stage %d: %d approvals are needed, each of another person, and %d can be had at most of those who may decide; ask for fewer, or let more decide", i+1, need, got)
		}
	}
	if known && total > MaxVotes {
		c.add("%d approvals are needed in all, and a gate counts %d votes; ask for fewer", total, MaxVotes)
	}
	return t, c.err()
}

// known complains of rules that need all of people who are not known, now or
// after an escalation.
func (t *Tally) known(c *complaints, s Stage, i int) bool {
	before := len(c.errs)
	for j, r := range s.Rules {
		if !r.All {
			continue
		}
		if _, known := r.From.people(t.s.Roster); !known {
			c.add("stage %d: rule %d needs all of groups whose members are not known; give them in the roster", i+1, j+1)
		}
		for k, e := range s.Ladder {
			if _, known := e.To.people(t.s.Roster); e.changes(r) && !known {
				c.add("stage %d: escalation %d is to groups whose members are not known, and rule %d needs all of them; give them in the roster", i+1, k+1, j+1)
			}
		}
	}
	return len(c.errs) == before
}
