package policy

import "slices"

// Named returns those of the groups that the policy names, as it is now, each once:
// those that can matter. No more is kept of what an actor claims.
func (t *Tally) Named(groups []string) []string {
	var some []string
	for i, group := range groups {
		if t.names(group) && !slices.Contains(groups[:i], group) {
			some = append(some, group)
		}
	}
	return some
}

// names reports whether a rule or an escalation of the policy names the group.
func (t *Tally) names(group string) bool {
	for _, s := range t.s.Policy.Stages {
		for i := range s.Rules {
			if slices.Contains(s.Rules[i].From.Groups, group) {
				return true
			}
		}
		for i := range s.Escalations {
			if slices.Contains(s.Escalations[i].To.Groups, group) {
				return true
			}
		}
	}
	return false
}
