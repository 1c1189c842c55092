package policy

// Lint reports what is wrong with the policy by itself, as [Policy.Validate]
// does, and whether it can be fulfilled at all: by those who may decide, without
// the requester and who is barred, each counting once. Groups whose members are
// not in the roster are taken to be large enough.
func Lint(p Policy, o TallyOptions) error {
	_, err := lint(p, o)
	return err
}

// lint returns the tally with which it looked at who there is.
func lint(p Policy, o TallyOptions) (*Tally, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	c := &complaints{}
	if o.Digest != "" && !isDigest(o.Digest) {
		c.add("the digest has %d bytes; give at most %d bytes of UTF-8", len(o.Digest), MaxNameBytes)
	}
	c.label("the requester", o.Requester)
	o.GroupMembers.validate(c)
	if o.Managers.size() > 0 {
		c.selector("the managers", o.Managers)
	}
	if o.Requester == "" && p.MaxRounds > 1 {
		c.add("maxRounds is %d, and there is no requester who could make the request again; name one", p.MaxRounds)
	}
	if err := c.err(); err != nil {
		return nil, err // what follows takes names as they should be
	}
	t := newTally(p, o)
	t.s.Policy.persons(c, t.s.Roster, o.Managers)
	total, known := 0, true
	horizons := make([]*horizon, len(t.s.Policy.Stages))
	for i, s := range t.s.Policy.Stages {
		if !t.known(c, s, i) {
			known = false
			continue
		}
		horizons[i] = t.look(s, newElectorate(s.Rules, t.s.Roster))
		total += sum(horizons[i].steps[0].places)
		if need, got, short := t.short(s, horizons[i]); short {
			c.add("stage %d: %d approvals are needed, each of another person, and %d can be had at most of those who may decide; "+
				"ask for fewer, or let more decide", i+1, need, got)
		}
	}
	if known && total > MaxVotes {
		c.add("%d approvals are needed in all, and a gate keeps %d votes; ask for fewer", total, MaxVotes)
	}
	if c.err() == nil && !p.AllowRepeat && len(horizons) > 1 {
		t.together(c, horizons)
	}
	return t, c.err()
}

// known complains of rules that need all of people who are not known, now or
// after an escalation.
func (t *Tally) known(c *complaints, s Stage, i int) bool {
	before := len(c.errs)
	known := func(s Selector) bool {
		for _, g := range s.Groups {
			if _, ok := t.s.Roster[g]; !ok {
				return false
			}
		}
		return true
	}
	for j, r := range s.Rules {
		if !r.All {
			continue
		}
		if !known(r.From) {
			c.add("stage %d: rule %d needs all of groups whose members are not known; give them in the roster", i+1, j+1)
		}
		for k, e := range s.Escalations {
			if e.changes(r) && !known(e.To) {
				c.add("stage %d: escalation %d is to groups whose members are not known, and rule %d needs all of them; "+
					"give them in the roster", i+1, k+1, j+1)
			}
		}
	}
	return len(c.errs) == before
}

// together complains of stages each of which could approve, but not all of them
// with other people. A rule that needs all needs those who are left, one at least,
// and a stage that approves on a timeout may do without.
func (t *Tally) together(c *complaints, horizons []*horizon) {
	number := map[string]int{}
	var may []ruleSet
	var places []int
	for i, h := range horizons {
		s := t.s.Policy.Stages[i]
		for len(h.steps) <= len(s.Escalations) {
			t.further(h, s.Escalations[len(h.steps)-1])
		}
		last := h.steps[len(h.steps)-1]
		offset := len(places)
		for j, r := range s.Rules {
			switch {
			case s.OnTimeout == ApproveOnTimeout, !r.All && !last.known.has(j):
				places = append(places, 0)
			case r.All:
				places = append(places, 1)
			default:
				places = append(places, r.Need)
			}
		}
		for _, id := range h.people {
			n, ok := number[id]
			if !ok {
				n = len(may)
				number[id], may = n, append(may, 0)
			}
			for _, step := range h.steps {
				if k := h.number[id]; k < len(step.may) {
					may[n] |= step.may[k] << offset
				}
			}
		}
	}
	if need, got := sum(places), match(may, places); got < need {
		c.add("the stages need %d approvals, each of another person, and %d can be had at most of those who may decide; "+
			"let more decide, or set allowRepeat", need, got)
	}
}
