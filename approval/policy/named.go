package policy

import "slices"

// Named returns those of the groups that the policy names, as it is now: those that
// can matter. It returns groups itself when all of them do.
func (t *Tally) Named(groups []string) []string {
	unnamed := func(group string) bool { return !t.names(group) }
	if !slices.ContainsFunc(groups, unnamed) {
		return groups
	}
	return slices.DeleteFunc(slices.Clone(groups), unnamed)
}

func (t *Tally) names(group string) bool {
	for _, s := range t.s.Policy.Stages {
		for _, r := range s.Rules {
			if slices.Contains(r.From.Groups, group) {
				return true
			}
		}
		for _, e := range s.Ladder {
			if slices.Contains(e.To.Groups, group) {
				return true
			}
		}
	}
	return false
}
