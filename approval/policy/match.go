package policy

import "math/bits"

// A matching puts people to rules, each to at most one that it may count for.
type matching struct {
	may    []ruleSet // of each person
	places []int     // of each rule
	seated [][]int   // who sits where
	full   ruleSet   // rules without a free place
	tried  ruleSet   // in the search that is on
	work   int       // how many people and rules were looked at
}

// match returns how many places are taken at the most. may is what each person
// may count for, places how many each rule has.
func match(may []ruleSet, places []int) int {
	taken, _ := matched(may, places)
	return taken
}

func matched(may []ruleSet, places []int) (taken, work int) {
	m := matching{may: may, places: places, seated: make([][]int, len(places))}
	for rule, n := range places {
		if n == 0 {
			m.full |= ruleBit(rule)
		}
	}
	var closed ruleSet // from these rules no way leads to a free place, now or later
	for person := range may {
		m.work++
		if m.tried = closed; may[person]&^closed == 0 {
			continue
		}
		if m.seat(person) {
			taken++
		} else {
			closed = m.tried
		}
	}
	return taken, m.work
}

// seat finds a place for one more, and moves others for it where it must: an
// augmenting path, so that nobody's order of coming matters.
func (m *matching) seat(person int) bool {
	if free := m.may[person] &^ m.full; free != 0 {
		rule := bits.TrailingZeros64(uint64(free))
		m.seated[rule] = append(m.seated[rule], person)
		if len(m.seated[rule]) == m.places[rule] {
			m.full |= ruleBit(rule)
		}
		return true
	}
	for rules := m.may[person] &^ m.tried; rules != 0; rules = m.may[person] &^ m.tried {
		rule := bits.TrailingZeros64(uint64(rules))
		m.tried |= ruleBit(rule)
		for i, other := range m.seated[rule] {
			m.work++
			if m.seat(other) {
				m.seated[rule][i] = person
				return true
			}
		}
	}
	return false
}
