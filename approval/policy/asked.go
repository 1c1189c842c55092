package policy

import (
	"cmp"
	"slices"
)

// PendingApprovers are those whose approval would count now and who have not decided yet; or,
// once changes are requested, who makes the request again. Each list is sorted.
type PendingApprovers struct {
	// Users are people by name: those that the policy names, the members of groups
	// that are in the roster, and delegates.
	Users []string `json:"users,omitempty"`
	// Groups are those whose members are not known. Some may be refused all the
	// same: see [Tally.IsWaitingFor].
	Groups []string `json:"groups,omitempty"`
	// Delegates say for whom some of Users would decide, without their groups.
	Delegates []Delegation `json:"delegates,omitempty"`
}

// PendingApprovers returns whose decision is awaited: the one list for notices, the status
// and the inbox.
func (t *Tally) PendingApprovers() PendingApprovers {
	var a PendingApprovers
	switch {
	case t.s.State == StateChangesRequested:
		return PendingApprovers{Users: []string{t.s.Requester}}
	case t.s.State.IsClosed():
		return a
	}
	who := t.electorate()
	persons, actors := map[string]bool{}, map[string]bool{}
	for _, c := range t.s.Votes {
		persons[fold(c.Person)], actors[fold(c.Actor.ID)] = true, true
	}
	free := func(person, actor string) bool {
		return t.mayApprove(person) && t.mayApprove(actor) && !persons[fold(person)] && !actors[fold(actor)]
	}
	for _, id := range who.people {
		if who.rules(id, nil) != 0 && free(id, id) {
			a.Users = append(a.Users, id)
		}
	}
	for _, d := range t.s.Delegations {
		mine := who.rules(d.From, d.Groups) &^ who.excepts(d.From)
		for next, ok := d, true; ok && t.barred(next.To) == nil; next, ok = onward(t.s.Delegations, next.To) {
			if mine &^= who.excepts(next.To); mine != 0 && free(d.From, next.To) {
				a.Users = append(a.Users, next.To)
				a.Delegates = append(a.Delegates, Delegation{From: d.From, To: next.To})
			}
		}
	}
	for _, r := range t.stage().Rules {
		for _, g := range r.From.Groups {
			if _, known := t.s.Roster[g]; !known {
				a.Groups = append(a.Groups, g)
			}
		}
	}
	slices.Sort(a.Users)
	slices.Sort(a.Groups)
	slices.SortFunc(a.Delegates, func(x, y Delegation) int {
		return cmp.Or(cmp.Compare(x.To, y.To), cmp.Compare(x.From, y.From))
	})
	a.Users, a.Groups = slices.Compact(a.Users), slices.Compact(a.Groups)
	return a
}

// Awaits reports whether the gate waits for that actor: their approval would count
// now and they have not decided in this stage yet, or changes are requested of
// them. If they would decide for another who has delegated, owner is that one. The
// actor's Auth is not looked at.
func (t *Tally) IsWaitingFor(a Actor) (owner string, ok bool) {
	if t.s.State == StateChangesRequested {
		return "", t.IsRequester(a.ID)
	}
	a.Auth = "asked" // nothing is decided here
	owners := []string{""}
	for _, d := range t.s.Delegations {
		owners = append(owners, d.From)
	}
	for _, owner := range owners {
		v := Vote{Actor: a, Choice: ChoiceApprove, For: owner, Round: t.s.Round, Comment: "a policy may ask for one"}
		if c, err := t.cast(v); err == nil && t.earlier(c.Person) < 0 {
			return owner, true
		}
	}
	return "", false
}
