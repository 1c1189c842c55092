package electorate

// A Stage describes one stage of a policy whose stages need different people.
type Stage struct {
	*Forecast

	Rules   []Rule
	Skipped bool // the stage may end without approvals
}

// Together returns the number of approvals that all stages need, each of another
// person, and the largest number that they can have. A rule that needs all counts as
// one: it needs those who are left.
func Together(stages []Stage) (need, most int) {
	number := map[string]int{}
	var may []RuleSet
	var capacity []int
	for _, s := range stages {
		offset := len(capacity)
		last := s.step(len(s.later))
		for i, r := range s.Rules {
			n := r.Need
			switch {
			case s.Skipped, !r.All && !last.known.Has(i):
				n = 0
			case r.All:
				n = 1
			}
			need += n
			capacity = append(capacity, n)
		}
		for k, id := range s.people {
			n, ok := number[id]
			if !ok {
				n = len(may)
				number[id], may = n, append(may, 0)
			}
			for _, step := range s.steps {
				if k < len(step.may) {
					may[n] |= step.may[k] << offset
				}
			}
		}
	}
	return need, MaxMatching(may, capacity)
}
