package policy

import "slices"

// A Roster is who was in which group when the gate was opened. Groups that are
// not in it are what the actor of a vote claims.
type Roster map[string][]string

// Holds reports whether s chooses the actor. Of groups that are in the gate's
// roster, that one tells who is in them.
func (t *Tally) Holds(s Selector, actor Actor) bool {
	return s.holds(actor.ID, actor.Groups, t.s.Roster)
}

// holds reports whether s chooses an actor of that ID and those groups.
func (s Selector) holds(id string, groups []string, roster Roster) bool {
	if slices.Contains(s.Except, id) {
		return false
	}
	if slices.Contains(s.Users, id) {
		return true
	}
	for _, g := range s.Groups {
		members, known := roster[g]
		if known && slices.Contains(members, id) || !known && slices.Contains(groups, g) {
			return true
		}
	}
	return false
}

// people are those that s chooses, when all its groups are in the roster.
func (s Selector) people(roster Roster) (ids []string, known bool) {
	ids = slices.Clone(s.Users)
	for _, g := range s.Groups {
		members, ok := roster[g]
		if !ok {
			return nil, false
		}
		ids = append(ids, members...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return slices.DeleteFunc(ids, func(id string) bool { return slices.Contains(s.Except, id) }), true
}

// with is s with more people, or others. Whom one of the two names is not
// excepted by the other.
func (s Selector) with(to Selector, replace bool) Selector {
	if replace {
		return to.clone()
	}
	except := slices.DeleteFunc(slices.Clone(s.Except), func(id string) bool { return slices.Contains(to.Users, id) && !slices.Contains(to.Except, id) })
	for _, id := range to.Except {
		if !slices.Contains(s.Users, id) {
			except = appendNew(except, id)
		}
	}
	return Selector{Users: appendNew(slices.Clone(s.Users), to.Users...), Groups: appendNew(slices.Clone(s.Groups), to.Groups...), Except: except}
}

// appendNew appends what is not there yet.
func appendNew(to []string, names ...string) []string {
	for _, n := range names {
		if !slices.Contains(to, n) {
			to = append(to, n)
		}
	}
	return to
}

func (s Selector) clone() Selector {
	return Selector{slices.Clone(s.Users), slices.Clone(s.Groups), slices.Clone(s.Except)}
}
