// Package electorate answers who may approve a stage and whether they are enough. It
// knows rules and people, and neither votes nor time. Package policy checks policies
// with it, and package tally counts votes with it.
package electorate

import "github.com/temporal-patterns/temporal-patterns/approval/internal/names"

// MaxRules limits the rules of all stages of a policy together. A [RuleSet] has
// one bit for each.
const MaxRules = 64

// A RuleSet holds a set of rules of a stage, by number.
type RuleSet uint64

// Bit returns the set of one rule.
func Bit(number int) RuleSet { return 1 << number }

// SetOf returns the set of these rules.
func SetOf(numbers []int) RuleSet {
	var s RuleSet
	for _, n := range numbers {
		s |= Bit(n)
	}
	return s
}

// Has reports whether the rule is in the set.
func (s RuleSet) Has(number int) bool { return s&Bit(number) != 0 }

// Numbers returns the rules of the set in order.
func (s RuleSet) Numbers() []int {
	var all []int
	for i := range MaxRules {
		if s.Has(i) {
			all = append(all, i)
		}
	}
	return all
}

// An Electorate tells which rules of a stage a person may approve for. The cost of
// an answer does not depend on the number of people.
type Electorate struct {
	People []string // everyone who is known by name, each once
	All    RuleSet  // the rules that need all
	Known  RuleSet  // the rules whose groups all have known members

	users, groups map[string]RuleSet  // which rules name them
	except        map[string]RuleSet  // which rules except them, by fold
	groupsOf      map[string][]string // the known groups of a person
	members       map[string][]string
}

// New returns the electorate of a stage. members are the people of the groups whose
// members are known.
func New(rules []Rule, members map[string][]string) *Electorate {
	e := &Electorate{
		users: map[string]RuleSet{}, groups: map[string]RuleSet{}, except: map[string]RuleSet{}, groupsOf: map[string][]string{},
		members: members,
	}
	for i, r := range rules {
		if r.All {
			e.All |= Bit(i)
		}
		e.Known |= Bit(i)
		for _, u := range r.From.Users {
			if e.users[u] == 0 {
				e.People = append(e.People, u)
			}
			e.users[u] |= Bit(i)
		}
		for _, id := range r.From.Except {
			e.except[names.Fold(id)] |= Bit(i)
		}
	}
	for i, r := range rules {
		for _, g := range r.From.Groups {
			if !e.IsKnown(g) {
				e.Known &^= Bit(i)
			}
			if e.groups[g] == 0 {
				e.addGroup(g)
			}
			e.groups[g] |= Bit(i)
		}
	}
	return e
}

func (e *Electorate) addGroup(group string) {
	for _, id := range e.members[group] {
		if e.users[id] == 0 && len(e.groupsOf[id]) == 0 {
			e.People = append(e.People, id)
		}
		e.groupsOf[id] = append(e.groupsOf[id], group)
	}
}

// IsKnown reports whether the members of the group are known.
func (e *Electorate) IsKnown(group string) bool {
	_, known := e.members[group]
	return known
}

// Rules returns the rules that a person may approve for. The groups that the person
// claims count only if their members are not known.
func (e *Electorate) Rules(id string, claims []string) RuleSet {
	may := e.users[id]
	for _, g := range e.groupsOf[id] {
		may |= e.groups[g]
	}
	for _, g := range claims {
		if !e.IsKnown(g) {
			may |= e.groups[g]
		}
	}
	return may &^ e.Excepts(id)
}

// Excepts returns the rules that except one of these people.
func (e *Electorate) Excepts(ids ...string) RuleSet {
	var rules RuleSet
	for _, id := range ids {
		rules |= e.except[names.Fold(id)]
	}
	return rules
}
