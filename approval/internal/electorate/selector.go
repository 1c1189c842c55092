package electorate

import (
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
)

// A Selector chooses people: users, and the members of groups, without exceptions.
type Selector struct{ Users, Groups, Except []string }

// With returns s with the people of to added, or replaced by them. Who is named by
// one of the two is not excepted by the other.
func (s Selector) With(to Selector, replace bool) Selector {
	if replace {
		return to.Clone()
	}
	mine, named, not := names.Folds(s.Users), names.Folds(to.Users), names.Folds(to.Except)
	except := slices.DeleteFunc(slices.Clone(s.Except), func(id string) bool { return named[names.Fold(id)] && !not[names.Fold(id)] })
	more := slices.DeleteFunc(slices.Clone(to.Except), func(id string) bool { return mine[names.Fold(id)] })
	return Selector{union(s.Users, to.Users), union(s.Groups, to.Groups), union(except, more)}
}

// Folded returns s with the folds of all names.
func (s Selector) Folded() Selector {
	return Selector{names.FoldAll(s.Users), names.FoldAll(s.Groups), names.FoldAll(s.Except)}
}

// Clone returns a copy that shares nothing with s.
func (s Selector) Clone() Selector {
	return Selector{slices.Clone(s.Users), slices.Clone(s.Groups), slices.Clone(s.Except)}
}

// union returns the names of a and then those that only b has, each once.
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

// A Rule asks for approvals of a stage.
type Rule struct {
	Name string
	Need int
	All  bool // all of From must approve; Need is 0
	From Selector
}

// A Change lets other people approve.
type Change struct {
	Rule    string // the name of the rule that changes; empty changes all rules
	To      Selector
	Replace bool
}

// Affects reports whether the change is for the rule of that name.
func (c Change) Affects(rule string) bool { return c.Rule == "" || c.Rule == rule }

// Apply returns the rules after the change.
func (c Change) Apply(rules []Rule) []Rule {
	rules = slices.Clone(rules)
	for i, r := range rules {
		if c.Affects(r.Name) {
			rules[i].From = r.From.With(c.To, c.Replace)
		}
	}
	return rules
}
