package policy

import (
	"fmt"
	"maps"
	"slices"
)

// A Roster is who was in which group when the gate was opened. Groups that are
// not in it are what the actor of a vote claims.
type GroupMembers map[string][]string

// groups are the names of the roster's groups, in order.
//
//workflowcheck:ignore the keys are sorted
func (r GroupMembers) groups() []string { return slices.Sorted(maps.Keys(r)) }

func (r GroupMembers) validate(c *complaints) {
	names := r.groups()
	c.shape("the roster's groups", names)
	total := 0
	for i, g := range names {
		total += max(len(r[g]), 1)
		c.shape(fmt.Sprintf("group %d of the roster", i+1), r[g])
	}
	if total > MaxNames {
		c.add("there are %d names in the roster; give at most %d, or let actors say of which groups they are", total, MaxNames)
	}
}

// folded is the roster with the folds of all names.
func (r GroupMembers) folded() GroupMembers {
	if r == nil {
		return nil
	}
	all := GroupMembers{}
	for _, g := range r.groups() {
		all[fold(g)] = folded(slices.Concat(all[fold(g)], r[g]))
	}
	return all
}

// persons complains of groups where people should stand: an exception of a group
// would except nobody.
func (p Policy) persons(c *complaints, roster GroupMembers, managers Selector) {
	groups := folds(roster.groups())
	lists := func(look func(s Selector, where string)) {
		look(managers, "the managers")
		for i, s := range p.Stages {
			for j, r := range s.Rules {
				look(r.From, fmt.Sprintf("rule %d of stage %d", j+1, i+1))
			}
			for j, e := range s.Escalations {
				look(e.To, fmt.Sprintf("escalation %d of stage %d", j+1, i+1))
			}
		}
	}
	lists(func(s Selector, _ string) {
		for _, g := range s.Groups {
			groups[fold(g)] = true
		}
	})
	look := func(names []string, where string) {
		if i := slices.IndexFunc(names, func(name string) bool { return groups[fold(name)] }); i >= 0 {
			c.add("name %d in %s is that of a group, and only people stand there; name its members, or the group under groups", i+1, where)
		}
	}
	look(p.Excluded, "barred")
	lists(func(s Selector, where string) {
		look(s.Users, "users of "+where)
		look(s.Except, "except of "+where)
	})
}
