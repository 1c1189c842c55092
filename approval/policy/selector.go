package policy

import "slices"

// Holds reports whether s chooses the actor. Of groups that are in the gate's
// roster, that one tells who is in them.
func (t *Tally) Matches(s Selector, actor Actor) bool {
	actor = t.spelledActor(actor)
	if t.s.Policy.FoldCase {
		s = s.folded()
	}
	return newElectorate([]Rule{{From: s}}, t.s.Roster).rules(actor.ID, actor.Groups) != 0
}

func (s Selector) folded() Selector {
	return Selector{folded(s.Users), folded(s.Groups), folded(s.Except)}
}

// with is s with more people, or others. Whom one of the two names is not
// excepted by the other.
func (s Selector) with(to Selector, replace bool) Selector {
	if replace {
		return to.clone()
	}
	mine, named, not := folds(s.Users), folds(to.Users), folds(to.Except)
	except := slices.DeleteFunc(slices.Clone(s.Except), func(id string) bool { return named[fold(id)] && !not[fold(id)] })
	more := slices.DeleteFunc(slices.Clone(to.Except), func(id string) bool { return mine[fold(id)] })
	return Selector{union(s.Users, to.Users), union(s.Groups, to.Groups), union(except, more)}
}

// union is what is in a, and then what only b has, each name once.
func union(a, b []string) []string {
	var all []string
	have := map[string]bool{}
	for _, name := range slices.Concat(a, b) {
		if !have[name] {
			have[name] = true
			all = append(all, name)
		}
	}
	return all
}

// folds is the set of the folds of names.
func folds(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[fold(name)] = true
	}
	return set
}

func (s Selector) clone() Selector {
	return Selector{slices.Clone(s.Users), slices.Clone(s.Groups), slices.Clone(s.Except)}
}

func (s Selector) size() int { return len(s.Users) + len(s.Groups) + len(s.Except) }
