package analysis

import (
	"cmp"
	"slices"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/words"
)

// A Team stands for smallest groups of people whose approvals suffice: the people of
// all its picks together. Without one of them the others do not suffice.
type Team []Pick

// A Pick takes Count of the people, who are interchangeable: the policy gives the same
// rights to each of them.
type Pick struct {
	Count int `json:"count"`
	// People lists people who are known by name.
	People []string `json:"people,omitempty"`
	// MembersOf names a group whose members are unknown, in place of People.
	MembersOf string `json:"membersOf,omitempty"`
}

// Size returns the number of people.
func (t Team) Size() (n int) {
	for _, p := range t {
		n += p.Count
	}
	return n
}

// String returns the team in words, such as "ann and one of bob, eve".
func (t Team) String() string {
	var all []string
	for _, p := range t {
		switch {
		case p.MembersOf != "":
			all = append(all, words.Members(p.Count, []string{p.MembersOf}))
		case p.Count == len(p.People):
			all = append(all, p.People...)
		default:
			all = append(all, words.Of(p.Count, words.List(p.People)))
		}
	}
	return words.And(all)
}

// sortTeams puts small teams first.
func sortTeams(all []Team) {
	slices.SortStableFunc(all, func(a, b Team) int {
		return cmp.Or(cmp.Compare(a.Size(), b.Size()), strings.Compare(a.String(), b.String()))
	})
}
