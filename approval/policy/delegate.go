package policy

import (
	"slices"
	"strings"
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
// decide. A second call replaces the first; an empty to takes it back.
func (t *Tally) Delegate(by Actor, to string, at time.Time) error {
	if err := by.Validate(); err != nil {
		return err
	}
	switch {
	case t.s.State.IsClosed():
		return refuse(Closed, "the gate is %s; nothing can be delegated any more", t.s.State)
	case !t.s.Policy.AllowDelegation:
		return refuse(NotAllowed, "the policy has no delegation; decide, or ask whoever may change the request")
	case to != "" && !isName(to), strings.TrimSpace(to) != to, to == by.ID:
		return refuse(Malformed, "a decision cannot be delegated to that actor; name another one in 1 to %d bytes of UTF-8 without space around it", MaxName)
	case slices.ContainsFunc(t.s.Votes, func(c Cast) bool { return c.Person == by.ID }):
		return refuse(AlreadyVoted, "the actor has decided already; nothing to do")
	}
	if err := t.barred(by.ID); err != nil {
		return err
	}
	if err := t.barred(to); to != "" && err != nil {
		return err
	}
	received := slices.ContainsFunc(t.s.Delegations, func(d Delegation) bool { return d.To == by.ID })
	if !received && !slices.ContainsFunc(t.stage().Rules, func(r Rule) bool { return r.From.holds(by.ID, by.Groups, t.s.Roster) }) {
		return refuse(NotEligible, "the actor is not among those who may decide now, so there is nothing to delegate; ask one of them: %s", t.stage().who())
	}
	rest := slices.DeleteFunc(slices.Clone(t.s.Delegations), func(d Delegation) bool { return d.From == by.ID })
	if to != "" {
		rest = append(rest, Delegation{From: by.ID, Groups: slices.Clone(by.Groups), To: to})
		if !sound(rest) {
			return refuse(NotAllowed, "the delegation would go in a circle, or over more than %d actors; name somebody else", maxChain)
		}
	}
	if len(rest) > MaxVotes {
		return refuse(Full, "the gate has %d delegations, which is the limit; decide instead", MaxVotes)
	}
	t.s.Delegations = rest
	t.note(Entry{At: at, Kind: "delegated", Actor: by.ID, For: to})
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
	i := slices.IndexFunc(all, func(d Delegation) bool { return d.From == from })
	if i < 0 {
		return Delegation{}, false
	}
	return all[i], true
}

// owner is the delegation by which the vote's actor decides for v.For.
func (t *Tally) owner(v Vote) (Delegation, error) {
	first, ok := onward(t.s.Delegations, v.For)
	for d, more := first, ok; more; d, more = onward(t.s.Delegations, d.To) {
		if d.To == v.Actor.ID {
			return first, nil
		}
	}
	return Delegation{}, refuse(NotEligible, "nobody has delegated that decision to the actor; let them delegate it first, or decide without \"for\"")
}
