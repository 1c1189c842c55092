package policy

import (
	"slices"
	"time"
)

// maxChain is over how many actors a delegation may go.
const maxChain = 3

// A Delegation lets To decide for From.
type Delegation struct {
	From   string   `json:"from"`
	Groups []string `json:"groups,omitempty"` // of From, when it delegated
	To     string   `json:"to"`
}

// Delegate lets to decide for by, if the policy has AllowDelegation and by may
// decide. A second call replaces the first; an empty to takes it back. The
// requester, who is barred, and whom the rules except can neither delegate nor
// decide for another.
func (t *Tally) Delegate(by Actor, to string, at time.Time) error {
	if err := by.Validate(); err != nil {
		return err
	}
	by, to = t.spelledActor(by), t.spelled(to)
	wrong, mend := misnamed(to)
	switch {
	case t.s.State.IsClosed():
		return refuse(ReasonClosed, "the gate is %s; nothing can be delegated any more", t.s.State)
	case !t.s.Policy.AllowDelegation:
		return refuse(ReasonNotAllowed, "the policy has no delegation; decide, or ask those who may change the request")
	case to != "" && wrong != "":
		return refuse(ReasonMalformed, "the delegate's name %s; %s", wrong, mend)
	case same(to, by.ID):
		return refuse(ReasonMalformed, "a decision cannot be delegated to the actor who has it; name another")
	case t.earlier(by.ID) >= 0:
		return refuse(ReasonAlreadyVoted, "the actor has decided already; nothing to do")
	}
	if err := t.barred(by.ID); err != nil {
		return err
	}
	if err := t.barred(to); to != "" && err != nil {
		return err
	}
	groups := t.Named(by.Groups)
	if err := t.delegable(by.ID, groups, to); err != nil {
		return err
	}
	rest := slices.DeleteFunc(slices.Clone(t.s.Delegations), func(d Delegation) bool { return same(d.From, by.ID) })
	if to == "" && len(rest) == len(t.s.Delegations) {
		return refuse(ReasonNotAllowed, "the actor has delegated nothing; nothing to do")
	}
	note := "taken back"
	if to != "" {
		rest, note = append(rest, Delegation{From: by.ID, Groups: groups, To: to}), ""
		if !sound(rest) {
			return refuse(ReasonNotAllowed, "the delegation would go in a circle, or over more than %d actors; name another", maxChain)
		}
	}
	if len(rest) > MaxVotes {
		return refuse(ReasonFull, "the gate has %d delegations, which is the limit; decide instead", MaxVotes)
	}
	if err := t.spend(by.ID); err != nil {
		return err
	}
	t.s.Delegations = rest
	t.note(AuditEntry{At: at, Kind: "delegated", Actor: by.ID, For: to, Note: note})
	return nil
}

// delegable refuses a delegation of what the actor may not decide, neither for
// themselves nor for another, or the delegate may not.
func (t *Tally) delegable(by string, groups []string, to string) error {
	who := t.electorate()
	mine := who.rules(by, groups)
	for _, d := range t.s.Delegations {
		if _, through, ok := t.path(d.From, by); ok {
			mine |= who.rules(d.From, d.Groups) &^ who.excepts(through...)
		}
	}
	switch {
	case mine == 0 && to != "":
		return refuse(ReasonNotEligible,
			"the actor is not among those who may decide now, so there is nothing to delegate; ask one of them: %s", t.stage().who())
	case mine != 0 && mine&^who.excepts(to) == 0:
		return refuse(ReasonNotEligible, "the delegate is excepted by all rules for which the actor may decide; name another")
	}
	return nil
}

// sound reports whether no chain of delegations is too long, or a circle.
func sound(all []Delegation) bool {
	for _, d := range all {
		length := 1
		for next, ok := onward(all, d.To); ok; next, ok = onward(all, next.To) {
			if length++; length > maxChain {
				return false
			}
		}
	}
	return true
}

func onward(all []Delegation, from string) (Delegation, bool) {
	i := slices.IndexFunc(all, func(d Delegation) bool { return same(d.From, from) })
	if i < 0 {
		return Delegation{}, false
	}
	return all[i], true
}

// path is the delegation of owner by which actor decides for them, with all to
// whom it went, owner first and actor last.
func (t *Tally) path(owner, actor string) (first Delegation, through []string, ok bool) {
	first, more := onward(t.s.Delegations, owner)
	through = []string{first.From}
	for d := first; more; d, more = onward(t.s.Delegations, d.To) {
		if through = append(through, d.To); same(d.To, actor) {
			return first, through, true
		}
	}
	return Delegation{}, nil, false
}

// owner is the delegation by which the vote's actor decides for v.For, with all to
// whom it went.
func (t *Tally) owner(v Vote) (Delegation, []string, error) {
	if first, through, ok := t.path(v.For, v.Actor.ID); ok {
		return first, through, nil
	}
	return Delegation{}, nil, refuse(ReasonNotEligible,
		"nobody has delegated that decision to the actor; let them delegate it first, or decide without \"for\"")
}
