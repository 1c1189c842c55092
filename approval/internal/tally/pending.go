package tally

import (
	"cmp"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Pending are the people whose approval would count now and who have not decided yet;
// or the requester, if changes are requested. Each list is sorted.
type Pending struct {
	// Users are known by name: users of the policy, known members of groups, and
	// delegates.
	Users []string
	// Groups have unknown members. Some members may still be refused: see
	// [Tally.IsWaitingFor].
	Groups []string
	// Delegates say for whom some of Users would decide, without groups.
	Delegates []policy.Delegation
}

// PendingApprovers returns the people whose decision the gate waits for.
func (t *Tally) PendingApprovers() Pending {
	var p Pending
	switch {
	case t.s.State == policy.StateChangesRequested:
		return Pending{Users: []string{t.s.Requester}}
	case t.s.State.IsClosed():
		return p
	}
	who := t.electorate()
	persons, actors := map[string]bool{}, map[string]bool{}
	for _, c := range t.s.Votes {
		persons[names.Fold(c.Person)], actors[names.Fold(c.Actor.ID)] = true, true
	}
	free := func(person, actor string) bool {
		return t.mayApprove(person) && t.mayApprove(actor) && !persons[names.Fold(person)] && !actors[names.Fold(actor)]
	}
	for _, id := range who.People {
		if who.Rules(id, nil) != 0 && free(id, id) {
			p.Users = append(p.Users, id)
		}
	}
	for _, d := range t.s.Delegations {
		mine := who.Rules(d.From, d.Groups)
		for next, ok := d, true; ok && t.checkBarred(next.To) == nil; next, ok = delegationFrom(t.s.Delegations, next.To) {
			if mine &^= who.Excepts(next.To); mine != 0 && free(d.From, next.To) {
				p.Users = append(p.Users, next.To)
				p.Delegates = append(p.Delegates, policy.Delegation{From: d.From, To: next.To})
			}
		}
	}
	for _, r := range t.stage().Rules {
		for _, g := range r.From.Groups {
			if !who.IsKnown(g) {
				p.Groups = append(p.Groups, g)
			}
		}
	}
	slices.Sort(p.Users)
	slices.Sort(p.Groups)
	slices.SortFunc(p.Delegates, func(x, y policy.Delegation) int {
		return cmp.Or(cmp.Compare(x.To, y.To), cmp.Compare(x.From, y.From))
	})
	p.Users, p.Groups = slices.Compact(p.Users), slices.Compact(p.Groups)
	return p
}

// IsWaitingFor reports whether the gate waits for the actor: an approval would count
// now and the actor has not decided in this stage, or changes are requested of the
// actor. If the actor would decide for another person, it returns that person. It
// ignores the actor's Auth.
func (t *Tally) IsWaitingFor(a policy.Actor) (person string, ok bool) {
	if t.s.State == policy.StateChangesRequested {
		return "", t.IsRequester(a.ID)
	}
	a.Auth = "query" // nothing is decided here
	people := []string{""}
	for _, d := range t.s.Delegations {
		people = append(people, d.From)
	}
	for _, person := range people {
		v := Vote{Actor: a, Choice: policy.ChoiceApprove, For: person, Round: t.s.Round, Comment: "in case the policy requires one"}
		if c, err := t.judge(v); err == nil && t.voteOf(c.Person) < 0 {
			return person, true
		}
	}
	return "", false
}
