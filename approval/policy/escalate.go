package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Escalate takes the next step of the stage's ladder; ok is false when there is
// none, or the gate is not open. A vote that was given counts for the rules that
// take it from then on, so the state may change: look at it.
func (t *Tally) Escalate(at time.Time) (e Escalation, ok bool) {
	s := t.stage()
	if t.s.State != StateOpen || len(s.Escalations) == 0 {
		return e, false
	}
	e = s.Escalations[0]
	s.Escalations = s.Escalations[1:]
	s.change(e)
	t.note(AuditEntry{At: at, Kind: "escalated", Note: e.text()})
	t.restage(s, at)
	return e, true
}

// Reassign changes who may decide in the stage that is open, as an escalation
// does, at an actor's word: see [Tally.MayChange]. Votes that were given stay, and
// the state may change as with [Tally.Escalate]. Who manages the request is for
// the caller to know.
func (t *Tally) Reassign(by Actor, e Escalation, comment string, at time.Time) error {
	c := &complaints{}
	c.selector("the change", e.To)
	s := t.stage()
	switch {
	case t.s.State.IsClosed():
		return refuse(ReasonClosed, "the gate is %s; nobody else can be asked any more", t.s.State)
	case c.err() != nil:
		return refuse(ReasonMalformed, "%v", c.err())
	case e.Rule != "" && !slices.ContainsFunc(s.Rules, func(r Rule) bool { return r.Name == e.Rule }):
		return refuse(ReasonMalformed, "the stage has no rule %q; name one that it has, or none for all", e.Rule)
	}
	if err := t.MayChange(by, e.Rule); err != nil {
		return err
	}
	if t.s.Policy.FoldCase {
		e.To = e.To.folded()
	}
	s.Rules = slices.Clone(s.Rules)
	s.change(e)
	p := t.s.Policy
	p.Stages = slices.Clone(p.Stages)
	p.Stages[t.s.Stage] = s
	p.validate(c)
	p.persons(c, t.s.Roster, Selector{})
	t.known(c, s, t.s.Stage)
	if c.err() != nil {
		return refuse(ReasonMalformed, "%v", c.err())
	}
	if need, got, short := t.short(s, t.look(s, newElectorate(s.Rules, t.s.Roster))); short {
		return refuse(ReasonNotAllowed,
			"%d approvals would be needed, and %d could be had at most of those who might decide; name more", need, got)
	}
	actor := t.spelled(by.ID)
	if err := t.spend(actor); err != nil {
		return err
	}
	t.note(AuditEntry{At: at, Kind: "reassigned", Actor: actor, Note: joined(e.text(), comment)})
	t.restage(s, at)
	return nil
}

// restage goes on with other rules.
func (t *Tally) restage(s Stage, at time.Time) {
	t.s.Policy.Stages[t.s.Stage] = s
	t.turn()
	who := t.electorate()
	for i, c := range t.s.Votes {
		claims, chain := c.Actor.Groups, []string{c.Actor.ID}
		if c.For != "" {
			if owner, through, err := t.owner(c.Vote); err == nil {
				claims, chain = owner.Groups, through
			}
		}
		now := who.rules(c.Person, claims) &^ who.excepts(chain...)
		t.s.Votes[i].Rules = (now | ruleSetOf(c.Rules)&^who.all).numbers()
	}
	if t.s.State == StateOpen {
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

// text says for the audit who may decide from then on.
func (e Escalation) text() string {
	var parts []string
	for _, list := range []struct {
		of    string
		names []string
	}{{"users", e.To.Users}, {"groups", e.To.Groups}, {"except", e.To.Except}} {
		if len(list.names) > 0 {
			parts = append(parts, fmt.Sprintf("%s (%d) %s", list.of, len(list.names), strings.Join(list.names, ", ")))
		}
	}
	how := "also "
	if e.Replace {
		how = "instead "
	}
	if e.Rule != "" {
		how = e.Rule + ": " + how
	}
	return how + strings.Join(parts, "; ")
}
