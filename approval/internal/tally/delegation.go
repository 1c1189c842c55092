package tally

import (
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// maxChain limits the actors in a chain of delegations.
const maxChain = 3

func (t *view) checkDelegation(by string, groups []string, to string) error {
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
func (t *view) checkDelegable(by string, groups []string, to string) error {
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

// CheckPower returns a [Refusal] if an actor may not change who decides or until when,
// although a manager of the request: the requester, excluded people, and people whom
// the rule of that name excepts. An empty rule stands for all rules of the stage.
func (t *view) CheckPower(by policy.Actor, rule string) error {
	if err := CheckActor(by); err != nil {
		return err
	}
	by.ID = t.keptName(by.ID)
	if err := t.checkBarred(by.ID); err != nil {
		return err
	}
	excepts := t.electorate().Excepts(by.ID)
	for i, r := range t.stage().Rules {
		if excepts.Has(i) && (rule == "" || rule == r.Name) {
			return refuse(ReasonNotEligible,
				"a rule of the stage excepts the actor, who cannot change who decides or until when; ask another manager")
		}
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
func (t *view) path(person, actor string) (first policy.Delegation, through []string, ok bool) {
	first, more := delegationFrom(t.s.Delegations, person)
	through = []string{first.From}
	for d := first; more; d, more = delegationFrom(t.s.Delegations, d.To) {
		if through = append(through, d.To); names.Same(d.To, actor) {
			return first, through, true
		}
	}
	return policy.Delegation{}, nil, false
}
