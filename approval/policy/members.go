package policy

import (
	"fmt"
	"maps"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
)

// GroupMembers has the members of groups, by group, when the gate is opened. Votes claim
// the membership of any other group.
type GroupMembers map[string][]string

// groups returns the names of the groups in order.
//
//workflowcheck:ignore the keys are sorted
func (m GroupMembers) groups() []string { return slices.Sorted(maps.Keys(m)) }

func (m GroupMembers) validate(ps *problems) {
	groups := m.groups()
	ps.checkNames("the groups with members", groups)
	total := 0
	for i, g := range groups {
		total += max(len(m[g]), 1)
		ps.checkNames(fmt.Sprintf("the members of group %d", i+1), m[g])
	}
	if total > maxNames {
		ps.add("there are %d members of groups; give at most %d, or let actors claim their groups", total, maxNames)
	}
}

// Folded returns the members with the folds of all names; see [Policy].FoldCase.
func (m GroupMembers) Folded() GroupMembers {
	if m == nil {
		return nil
	}
	all := GroupMembers{}
	for _, g := range m.groups() {
		fold := names.Fold(g)
		all[fold] = names.FoldAll(slices.Concat(all[fold], m[g]))
	}
	return all
}
