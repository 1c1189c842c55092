package policy

// match puts people to rules, each to at most one that it may count for, and
// returns how many places are taken at the most. may is what each may count for,
// places how many each rule has.
func match(may [][]int, places []int) int {
	seated := make([][]int, len(places)) // who sits where
	taken := 0
	for person := range may {
		if seat(person, may, places, seated, make([]bool, len(places))) {
			taken++
		}
	}
	return taken
}

// seat finds a place for one more, and moves others for it where it must: an
// augmenting path, so that nobody's order of coming matters.
func seat(person int, may [][]int, places []int, seated [][]int, tried []bool) bool {
	for _, rule := range may[person] {
		if tried[rule] {
			continue
		}
		tried[rule] = true
		if len(seated[rule]) < places[rule] {
			seated[rule] = append(seated[rule], person)
			return true
		}
		for i, other := range seated[rule] {
			if seat(other, may, places, seated, tried) {
				seated[rule][i] = person
				return true
			}
		}
	}
	return false
}
