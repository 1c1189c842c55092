package electorate

import "math/bits"

// A matching assigns people to places of rules, each person to at most one rule that
// the person may approve for. It is the largest possible one: a person who finds no
// free place moves others to other rules until there is one (an augmenting path of a
// bipartite matching). So the order in which people vote does not matter.
type matching struct {
	may      []RuleSet // of each person
	capacity []int     // the places of each rule
	assigned [][]int   // the people of each rule
	full     RuleSet   // rules without a free place
	tried    RuleSet   // rules seen in the current search
	work     int       // people and rules looked at
}

// MaxMatching returns the largest number of places that can be taken. may has the
// rules of each person, capacity the places of each rule.
func MaxMatching(may []RuleSet, capacity []int) int {
	matched, _ := maxMatching(may, capacity)
	return matched
}

func maxMatching(may []RuleSet, capacity []int) (matched, work int) {
	m := matching{may: may, capacity: capacity, assigned: make([][]int, len(capacity))}
	for rule, n := range capacity {
		if n == 0 {
			m.full |= Bit(rule)
		}
	}
	var closed RuleSet // from these rules no path leads to a free place, now or later
	for person := range may {
		m.work++
		if m.tried = closed; may[person]&^closed == 0 {
			continue
		}
		if m.assign(person) {
			matched++
		} else {
			closed = m.tried
		}
	}
	return matched, m.work
}

// assign finds a place for one more person and moves others for it where necessary.
func (m *matching) assign(person int) bool {
	if free := m.may[person] &^ m.full; free != 0 {
		rule := bits.TrailingZeros64(uint64(free))
		m.assigned[rule] = append(m.assigned[rule], person)
		if len(m.assigned[rule]) == m.capacity[rule] {
			m.full |= Bit(rule)
		}
		return true
	}
	for rules := m.may[person] &^ m.tried; rules != 0; rules = m.may[person] &^ m.tried {
		rule := bits.TrailingZeros64(uint64(rules))
		m.tried |= Bit(rule)
		for i, other := range m.assigned[rule] {
			m.work++
			if m.assign(other) {
				m.assigned[rule][i] = person
				return true
			}
		}
	}
	return false
}
