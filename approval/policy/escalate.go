package policy

import (
	"slices"
	"time"
)

// Escalate takes the next step of the stage's ladder; ok is false when there is
// none, or the gate is not open. A vote that was given counts for the rules that
// take it from then on, so the state may change: look at it.
func (t *Tally) Escalate(at time.Time) (e Escalation, ok bool) {
	s := t.stage()
	if t.s.State != Open || len(s.Ladder) == 0 {
		return e, false
	}
	e = s.Ladder[0]
	s.Ladder = s.Ladder[1:]
	s.change(e)
	t.note(Entry{At: at, Kind: "escalated", Note: e.Rule})
	t.restage(s, at)
	return e, true
}

// Reassign changes who may decide in the stage that is open, as an escalation
// does, at somebody's word. Votes that were given stay, and the state may change
// as with [Tally.Escalate]. Who may do it is for the caller to know.
func (t *Tally) Reassign(by string, e Escalation, at time.Time) error {
	c := &complaints{}
	c.selector("the change", e.To)
	s := t.stage()
	switch {
	case t.s.State.IsClosed():
		return refuse(Closed, "the gate is %s; nobody else can be asked any more", t.s.State)
	case c.err() != nil:
		return refuse(Malformed, "%v", c.err())
	case e.Rule != "" && !slices.ContainsFunc(s.Rules, func(r Rule) bool { return r.Name == e.Rule }):
		return refuse(Malformed, "the stage has no rule %q; name one that it has, or none for all", e.Rule)
	}
	s.Rules = slices.Clone(s.Rules)
	s.change(e)
	s.validate(c, t.s.Stage)
	t.known(c, s, t.s.Stage)
	if c.err() != nil {
		return refuse(Malformed, "%v", c.err())
	}
	if need, got, short := t.short(s); short {
		return refuse(NotAllowed, "%d approvals would be needed, and %d could be had at most of those who might decide; name more", need, got)
	}
	t.note(Entry{At: at, Kind: "reassigned", Actor: by, Note: e.Rule})
	t.restage(s, at)
	return nil
}

// restage goes on with other rules.
func (t *Tally) restage(s Stage, at time.Time) {
	t.s.Policy.Stages[t.s.Stage] = s
	for i, c := range t.s.Votes {
		groups := c.Actor.Groups
		if c.For != "" {
			owner, _ := onward(t.s.Delegations, c.Person)
			groups = owner.Groups
		}
		var rules []int
		for j, r := range s.Rules {
			if r.From.holds(c.Person, groups, t.s.Roster) || !r.All && slices.Contains(c.Rules, j) {
				rules = append(rules, j)
			}
		}
		t.s.Votes[i].Rules = rules
	}
	if t.s.State == Open {
		t.decide(at)
	}
}

// change lets others decide, in the rules of s itself.
func (s Stage) change(e Escalation) {
	for i, r := range s.Rules {
		if e.changes(r) {
			s.Rules[i].From = r.From.with(e.To, e.Replace)
		}
	}
}

func (e Escalation) changes(r Rule) bool { return e.Rule == "" || e.Rule == r.Name }
