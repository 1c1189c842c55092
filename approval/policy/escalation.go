package policy

import (
	"fmt"
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/duration"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
)

func ruleName(number int) string { return fmt.Sprintf("rule %d", number+1) }

func (ps *problems) inStage(number int) { ps.stage = fmt.Sprintf("stage %d: ", number+1) }

func (ps *problems) leaveStage() { ps.stage = "" }

// rules returns the rules of the stage for an electorate.
func (s Stage) rules() []electorate.Rule {
	all := make([]electorate.Rule, len(s.Rules))
	for i, r := range s.Rules {
		all[i] = electorate.Rule{Name: r.Name, Need: r.Need, All: r.All, From: electorate.Selector(r.From)}
	}
	return all
}

func (s Stage) changes() []electorate.Change {
	all := make([]electorate.Change, len(s.Escalations))
	for i, e := range s.Escalations {
		all[i] = electorate.Change{Rule: e.Rule, To: electorate.Selector(e.To), Replace: e.Replace}
	}
	return all
}

func (s Stage) validateEscalations(ps *problems, deadline time.Duration) {
	rules := s.rules()
	for j, change := range s.changes() {
		e, what := s.Escalations[j], fmt.Sprintf("escalation %d", j+1)
		if e.After <= 0 || e.After >= deadline {
			ps.add("%s is after %s, and the deadline is after %s; write more than 0 and less than that", what, e.After, duration.Text(deadline))
		} else {
			ps.checkDuration("after of "+what, e.After)
		}
		if j > 0 && e.After < s.Escalations[j-1].After {
			ps.add("%s is earlier than the one before it; put them in order", what)
		}
		if e.Rule != "" && !slices.ContainsFunc(rules, func(r electorate.Rule) bool { return r.Name == e.Rule }) {
			ps.add("%s is for rule %q, which the stage does not have; name one of its rules, or none for all", what, e.Rule)
		}
		ps.checkSelector(what, e.To)
		rules = change.Apply(rules)
		for k, r := range rules {
			if !change.Affects(r.Name) {
				continue
			}
			if r.All && !e.Replace {
				ps.add("%s adds people to rule %d, which needs all, so it would need more approvals than before; set replace", what, k+1)
			}
			if f := r.From; max(len(f.Users), len(f.Groups), len(f.Except)) > MaxVotes {
				ps.add("after %s rule %d has a list of more than %d names; name fewer", what, k+1, MaxVotes)
			}
		}
	}
}
