package policy

import "slices"

// Asked are those whose decision is awaited: users by name, with whom they have
// delegated to and the members of groups that are in the roster, and the other
// groups. Both are sorted. Some of them may be refused all the same: see Awaits.
func (t *Tally) Asked() (users, groups []string) {
	switch {
	case t.s.State.IsClosed():
		return nil, nil
	case t.s.State == ChangesRequested:
		return []string{t.s.Requester}, nil
	}
	for _, r := range t.stage().Rules {
		users = append(users, r.From.Users...)
		for _, g := range r.From.Groups {
			members, known := t.s.Roster[g]
			if users = append(users, members...); !known {
				groups = append(groups, g)
			}
		}
	}
	for _, d := range t.s.Delegations {
		users = append(users, d.To)
	}
	slices.Sort(users)
	slices.Sort(groups)
	return slices.Compact(users), slices.Compact(groups)
}

// Awaits reports whether the gate waits for that actor: their approval would count
// now and they have not decided in this stage yet, or changes are requested of
// them. If they would decide for somebody who has delegated, owner is whom. The
// actor's Auth is not looked at.
func (t *Tally) Awaits(a Actor) (owner string, ok bool) {
	if t.s.State == ChangesRequested {
		return "", a.ID == t.s.Requester
	}
	a.Auth = "asked" // nothing is decided here
	owners := []string{""}
	for _, d := range t.s.Delegations {
		owners = append(owners, d.From)
	}
	for _, owner := range owners {
		v := Vote{Actor: a, Choice: Approve, For: owner, Round: t.s.Round, Comment: "a policy may ask for one"}
		c, err := t.cast(v)
		if err == nil && !slices.ContainsFunc(t.s.Votes, func(old Cast) bool { return old.Person == c.Person }) {
			return owner, true
		}
	}
	return "", false
}
