package tally

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Escalate takes the next escalation of the stage. ok is false if there is none or the
// gate is not open. Votes that were given count for the rules that match them from then
// on, so the state may change.
func (t *Tally) Escalate(at time.Time) (e policy.Escalation, ok bool) {
	s := t.stage()
	if t.s.State != policy.StateOpen || len(s.Escalations) == 0 {
		return e, false
	}
	e = s.Escalations[0]
	s.Escalations = s.Escalations[1:]
	s.Rules = reassigned(s, e)
	t.appendEntry(policy.AuditEntry{At: at, Kind: policy.AuditEscalated, Note: textOf(e)})
	t.replaceRules(s, at)
	return e, true
}

// Reassign changes who may decide in the current stage, as an escalation does, for an
// actor; see [Tally.CheckPower]. Votes that were given stay, and the state may change
// as with [Tally.Escalate]. The caller checks that the actor manages the request.
func (t *Tally) Reassign(by policy.Actor, e policy.Escalation, comment string, at time.Time) error {
	s, invalid := t.stage(), e.To.Validate()
	switch {
	case t.s.State.IsClosed():
		return refuse(ReasonClosed, "the gate is %s; no one else can be asked any more", t.s.State)
	case invalid != nil:
		return refuse(ReasonMalformed, "%v", invalid)
	case e.Rule != "" && !slices.ContainsFunc(s.Rules, func(r policy.Rule) bool { return r.Name == e.Rule }):
		return refuse(ReasonMalformed, "the stage has no rule %q; name one of its rules, or none for all", e.Rule)
	}
	if err := t.CheckPower(by, e.Rule); err != nil {
		return err
	}
	if t.s.Policy.FoldCase {
		e.To = policy.Selector(electorate.Selector(e.To).Folded())
	}
	s.Rules = reassigned(s, e)
	p := t.s.Policy
	p.Stages = slices.Clone(p.Stages)
	p.Stages[t.s.Stage] = s
	if err := p.CheckReassigned(t.s.Stage, t.s.GroupMembers); err != nil {
		return refuse(ReasonMalformed, "%v", err)
	}
	who := electorate.New(rules(s), t.s.GroupMembers)
	if need, most, short := t.forecastOf(s, who).IsShort(t.ballots()); short {
		return refuse(ReasonNotAllowed, "%d approvals would be needed, and at most %d would be possible; name more people", need, most)
	}
	actor := t.keptName(by.ID)
	if err := t.countChange(actor); err != nil {
		return err
	}
	t.appendEntry(policy.AuditEntry{At: at, Kind: policy.AuditReassigned, Actor: actor, Note: joinNonEmpty(textOf(e), comment)})
	t.replaceRules(s, at)
	return nil
}

// reassigned returns the rules of the stage after the escalation.
func reassigned(s policy.Stage, e policy.Escalation) []policy.Rule {
	all := slices.Clone(s.Rules)
	for i, r := range change(e).Apply(rules(s)) {
		all[i].From = policy.Selector(r.From)
	}
	return all
}

// replaceRules continues the stage with other rules.
func (t *Tally) replaceRules(s policy.Stage, at time.Time) {
	t.s.Policy.Stages[t.s.Stage] = s
	t.rulesChanged()
	for i, c := range t.s.Votes {
		claims, chain := c.Actor.Groups, []string{c.Actor.ID}
		if c.For != "" {
			if d, through, ok := t.path(c.For, c.Actor.ID); ok {
				claims, chain = d.Groups, through
			}
		}
		now := t.mayVoteFor(c.Person, claims, chain)
		t.s.Votes[i].Rules = (now | electorate.SetOf(c.Rules)&^t.electorate().All).Numbers()
	}
	if t.s.State == policy.StateOpen {
		t.decide(at)
	}
}

// textOf says for the audit who may decide from then on.
func textOf(e policy.Escalation) string {
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

// Delegate lets to decide for by, if the policy has AllowDelegation and by may decide.
// A second call replaces the first; an empty to takes the delegation back. The
// requester, excluded people, and people whom the rules except can neither delegate
// nor decide for others.
func (t *Tally) Delegate(by policy.Actor, to string, at time.Time) error {
	if err := CheckActor(by); err != nil {
		return err
	}
	by, to = t.keptActor(by), t.keptName(to)
	groups := t.Named(by.Groups)
	if err := t.checkDelegation(by.ID, groups, to); err != nil {
		return err
	}
	rest := slices.DeleteFunc(slices.Clone(t.s.Delegations), func(d policy.Delegation) bool { return names.Same(d.From, by.ID) })
	if to == "" && len(rest) == len(t.s.Delegations) {
		return refuse(ReasonNotAllowed, "the actor has delegated nothing; nothing to do")
	}
	note := "taken back"
	if to != "" {
		rest, note = append(rest, policy.Delegation{From: by.ID, Groups: groups, To: to}), ""
		if !areChainsShort(rest) {
			return refuse(ReasonNotAllowed, "the delegation would make a circle, or a chain of more than %d actors; name another delegate", maxChain)
		}
	}
	if len(rest) > policy.MaxVotes {
		return refuse(ReasonFull, "the gate has %d delegations, which is the limit; decide instead", policy.MaxVotes)
	}
	if err := t.countChange(by.ID); err != nil {
		return err
	}
	t.s.Delegations = rest
	t.appendEntry(policy.AuditEntry{At: at, Kind: policy.AuditDelegated, Actor: by.ID, For: to, Note: note})
	return nil
}
