package analysis

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/words"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// lists compares stages, rules or escalations.
func (d *differ) lists(field string, before, after []reflect.Value) {
	partner := pairs(before, after)
	var stay []int
	if isOrdered(before, after) {
		stay = longestInOrder(partner)
	}
	for i, j := range partner {
		if j >= 0 && stay != nil && !slices.Contains(stay, i) {
			d.add(fmt.Sprintf("%s[%d]", field, j), fmt.Sprintf("in place %d", i+1), fmt.Sprintf("in place %d", j+1))
		}
	}
	for j := range after {
		place := fmt.Sprintf("%s[%d]", field, j)
		if i := slices.Index(partner, j); i >= 0 {
			d.values(place, before[i], after[j])
		} else {
			d.add(place, "", describe(after[j]))
		}
	}
	for i, j := range partner {
		if j < 0 {
			d.add(fmt.Sprintf("%s[%d]", field, i), describe(before[i]), "")
		}
	}
}

// isOrdered reports whether the order of a list has a meaning: that of rules has none.
func isOrdered(lists ...[]reflect.Value) bool {
	for _, list := range lists {
		if len(list) > 0 {
			_, isRule := list[0].Interface().(policy.Rule)
			return !isRule
		}
	}
	return false
}

// pairs returns for each element of before its number in after, or -1. Those that are
// equal, or at least have the same name, come first, then those with the fewest changes.
func pairs(before, after []reflect.Value) []int {
	partner := slices.Repeat([]int{-1}, len(before))
	taken := make([]bool, len(after))
	free := func(take func(i, j int)) {
		for i := range before {
			for j := range after {
				if partner[i] < 0 && !taken[j] {
					take(i, j)
				}
			}
		}
	}
	free(func(i, j int) {
		if changes(before[i], after[j]) == 0 {
			partner[i], taken[j] = j, true
		}
	})
	free(func(i, j int) {
		if name := nameOf(before[i]); name != "" && name == nameOf(after[j]) {
			partner[i], taken[j] = j, true
		}
	})
	for {
		fewest, old, now := -1, 0, 0
		free(func(i, j int) {
			if n := changes(before[i], after[j]); fewest < 0 || n < fewest {
				fewest, old, now = n, i, j
			}
		})
		if fewest < 0 {
			return partner
		}
		partner[old], taken[now] = now, true
	}
}

// changes returns the number of differences.
func changes(before, after reflect.Value) int {
	var d differ
	d.values("", before, after)
	return len(d.changes)
}

func nameOf(v reflect.Value) string {
	if name := v.FieldByName("Name"); name.IsValid() {
		return name.String()
	}
	return ""
}

// longestInOrder returns the largest set of elements whose partners are in order: the
// others have moved. It is not nil.
func longestInOrder(partner []int) []int {
	best := make([][]int, len(partner)) // ending with that element
	longest := []int{}
	for i, j := range partner {
		if j < 0 {
			continue
		}
		for k := range i {
			if partner[k] >= 0 && partner[k] < j && len(best[k]) > len(best[i]) {
				best[i] = best[k]
			}
		}
		best[i] = append(slices.Clone(best[i]), i)
		if len(best[i]) > len(longest) {
			longest = best[i]
		}
	}
	return longest
}

// describe says in short what was added or removed.
func describe(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case policy.Stage:
		var rules []string
		for _, r := range value.Rules {
			rules = append(rules, r.Explain())
		}
		text := "a stage"
		if value.Name != "" {
			text += fmt.Sprintf(" %q", value.Name)
		}
		return text + " of " + strings.Join(rules, "; ")
	case policy.Escalation:
		return fmt.Sprintf("after %s to %s", words.Duration(value.After), policy.Rule{Need: 1, From: value.To, Name: value.Rule}.Explain())
	case policy.Rule:
		return value.Explain()
	}
	return fmt.Sprint(v.Interface())
}
