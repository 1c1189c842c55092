package tally_test

import (
	"maps"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// hopeless says that votes are final and too few are left.
func (m *model) hopeless() bool {
	if !m.p.FinalVotes {
		return false
	}
	var people []map[int]bool
	voted := set{}
	for _, v := range m.votes {
		voted[lower(v.Actor.ID)] = true
		if v.Choice == policy.ChoiceApprove { // and may approve again, for more rules
			counts := m.counts(in(lower(v.Actor.ID)))
			maps.Copy(counts, v.counts)
			people = append(people, counts)
		}
	}
	for _, id := range universe {
		if counts := m.counts(in(id)); !voted[id] && m.fresh(id) && len(counts) > 0 {
			people = append(people, counts)
		}
	}
	needs := m.needs()
	for i, r := range m.rules[m.at] {
		if !r.all && !m.known(r) {
			needs[i] = 0
		}
	}
	return best(people, slices.Clone(needs)) < sum(needs)
}

// lost says that no one can fulfill the stage that begins, neither now nor with
// those whom its ladder lets in.
func (m *model) lost() bool {
	rules := make([]modelRule, len(m.rules[m.at]))
	for i, r := range m.rules[m.at] {
		r.users, r.groups, r.except = maps.Clone(r.users), maps.Clone(r.groups), maps.Clone(r.except)
		rules[i] = r
	}
	could, open := map[string]map[int]bool{}, map[int]bool{}
	for step := 0; ; step++ {
		needs := make([]int, len(rules))
		for i, r := range rules {
			for _, id := range universe {
				may := m.takes(r, in(id)) && m.fresh(id)
				if could[id] == nil {
					could[id] = map[int]bool{}
				}
				if may || r.all {
					could[id][i] = may
				}
				if may && r.all {
					needs[i]++
				}
			}
			open[i] = open[i] || !m.known(r)
			if needs[i] = max(needs[i]+r.need, 1); open[i] && !r.all {
				needs[i] = 0
			}
		}
		var people []map[int]bool
		for _, id := range universe {
			maps.DeleteFunc(could[id], func(_ int, may bool) bool { return !may })
			people = append(people, maps.Clone(could[id]))
		}
		if best(people, slices.Clone(needs)) == sum(needs) {
			return false
		}
		if step == len(m.ladder[m.at]) {
			return true
		}
		climb(rules, m.ladder[m.at][step])
	}
}
