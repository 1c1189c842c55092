package policy

import "slices"

// Named returns those of the groups that the policy names, as it is now, each once:
// those that can matter. No more is kept of what an actor claims.
func (t *Tally) Named(groups []string) []string {
	if t.named == nil {
		t.named = map[string]bool{}
		for _, s := range t.s.Policy.Stages {
			for _, r := range s.Rules {
				for _, g := range r.From.Groups {
					t.named[g] = true
				}
			}
			for _, e := range s.Ladder {
				for _, g := range e.To.Groups {
					t.named[g] = true
				}
			}
		}
	}
	var some []string
	for _, g := range groups {
		if t.named[g] && !slices.Contains(some, g) {
			some = append(some, g)
		}
	}
	return some
}
