package tally

import (
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// maxChain limits the actors in a chain of delegations.
const maxChain = 3

// Delegate lets to decide for by, if the policy has AllowDelegation and by may decide.
// A second call replaces the first; an empty to takes the delegation back. The
// requester, excluded people, and people whom the rules except can neither delegate
// nor decide for others.
func (t *Tally) Delegate(by policy.Actor, to string, at time.Time) error {
	if err := CheckActor(by); err != nil {
		return err
	}
	by, to = t.spelledActor(by), t.spelled(to)
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
	t.note(policy.AuditEntry{At: at, Kind: policy.AuditDelegated, Actor: by.ID, For: to, Note: note})
	return nil
}

func (t *Tally) checkDelegation(by string, groups []string, to string) error {
	problem, fix := names.Check(to)
	switch {
	case t.s.State.IsClosed():
		return refuse(ReasonClosed, "the gate is %s; nothing can be delegated any more", t.s.State)
	case !t.s.Policy.AllowDelegation:
		return refuse(ReasonNotAllowed, "the policy does not allow delegation; decide, or ask a manager of the request")
	case to != "" && problem != "":
		return refuse(ReasonMalformed, "the delegate's name %s; %s", problem, fix)
	case names.Same(to, by):
		return refuse(ReasonMalformed, "actors cannot delegate to themselves; name another delegate")
	case t.voteOf(by) >= 0:
		return refuse(ReasonAlreadyVoted, "the actor has decided already; nothing to do")
	}
	if err := t.checkBarred(by); err != nil {
		return err
	}
	if err := t.checkBarred(to); to != "" && err != nil {
		return err
	}
	return t.checkDelegable(by, groups, to)
}

// checkDelegable refuses to delegate what the actor may not decide, neither for
// themselves nor for another, or what the delegate may not decide.
func (t *Tally) checkDelegable(by string, groups []string, to string) error {
	who := t.electorate()
	mine := who.Rules(by, groups)
	for _, d := range t.s.Delegations {
		if _, through, ok := t.path(d.From, by); ok {
			mine |= t.mayVoteFor(d.From, d.Groups, through)
		}
	}
	switch {
	case mine == 0 && to != "":
		return refuse(ReasonNotEligible,
			"the actor is not among those who may decide now, so there is nothing to delegate; ask one of them: %s", t.deciders())
	case mine != 0 && mine&^who.Excepts(to) == 0:
		return refuse(ReasonNotEligible, "all rules for which the actor may decide except the delegate; name another")
	}
	return nil
}

// areChainsShort reports whether no chain of delegations is too long or a circle.
func areChainsShort(all []policy.Delegation) bool {
	for _, d := range all {
		length := 1
		for next, ok := delegationFrom(all, d.To); ok; next, ok = delegationFrom(all, next.To) {
			if length++; length > maxChain {
				return false
			}
		}
	}
	return true
}

func delegationFrom(all []policy.Delegation, from string) (policy.Delegation, bool) {
	i := slices.IndexFunc(all, func(d policy.Delegation) bool { return names.Same(d.From, from) })
	if i < 0 {
		return policy.Delegation{}, false
	}
	return all[i], true
}

// path returns the delegation of person by which actor decides for them, and all
// actors of the chain: person first, actor last.
func (t *Tally) path(person, actor string) (first policy.Delegation, through []string, ok bool) {
	first, more := delegationFrom(t.s.Delegations, person)
	through = []string{first.From}
	for d := first; more; d, more = delegationFrom(t.s.Delegations, d.To) {
		if through = append(through, d.To); names.Same(d.To, actor) {
			return first, through, true
		}
	}
	return policy.Delegation{}, nil, false
}
