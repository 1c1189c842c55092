package policy

import (
	"fmt"
	"slices"
)

// steps reports what is wrong with the reminders and the ladder.
func (s Stage) steps(c *complaints) {
	deadline := s.normalized().Deadline
	if len(s.Reminders) > maxSteps || len(s.Escalations) > maxSteps {
		c.add("there are %d reminders and %d escalations; write at most %d of each", len(s.Reminders), len(s.Escalations), maxSteps)
	}
	for _, d := range s.Reminders {
		switch {
		case deadline == NoDeadline:
			c.add("a reminder is %s before a deadline that does not come; set a deadline", d)
		case d <= 0 || d >= deadline:
			c.add("a reminder is %s before the deadline, which is after %s; choose more than 0, and less than that", d, deadline)
		default:
			c.duration("remind", d)
		}
	}
	rules := slices.Clone(s.Rules)
	for j, e := range s.Escalations {
		if e.After <= 0 || e.After >= deadline {
			c.add("escalation %d is after %s, and the deadline after %s; choose more than 0, and less than that", j+1, e.After, deadline)
		} else {
			c.duration(fmt.Sprintf("after of escalation %d", j+1), e.After)
		}
		if j > 0 && e.After < s.Escalations[j-1].After {
			c.add("escalation %d is before the one above it; order them", j+1)
		}
		if e.Rule != "" && !slices.ContainsFunc(s.Rules, func(r Rule) bool { return r.Name == e.Rule }) {
			c.add("escalation %d is for rule %q, which is not there; name one of the stage, or none for all", j+1, e.Rule)
		}
		c.selector(fmt.Sprintf("escalation %d", j+1), e.To)
		for k, r := range s.Rules {
			if !e.changes(r) {
				continue
			}
			if r.All && !e.Replace {
				c.add("escalation %d adds to rule %d, which needs all, so more would be needed than before; set replace", j+1, k+1)
			}
			rules[k].From = rules[k].From.with(e.To, e.Replace)
			if f := rules[k].From; max(len(f.Users), len(f.Groups), len(f.Except)) > MaxVotes {
				c.add("after escalation %d rule %d has a list of more than %d names; name fewer", j+1, k+1, MaxVotes)
			}
		}
	}
}
