package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/words"
)

// Explain returns sentences that explain the policy to people: for each stage who must
// approve, what rejects, the deadline, reminders and escalations, then what holds for
// the whole policy. The sentences have their defaults filled in. An explanation of an
// invalid policy need not make sense; see [Policy.Validate].
func (p Policy) Explain() []string {
	p = p.Normalized()
	var all []string
	if p.AutoApprove != "" {
		all = append(all, fmt.Sprintf("The request is approved at once, without a vote: %s.", p.AutoApprove))
	}
	for i, s := range p.Stages {
		label := ""
		if len(p.Stages) > 1 || s.Name != "" {
			label = labelOf(s, i) + ": "
		}
		for _, sentence := range explainStage(s) {
			all = append(all, label+sentence)
		}
	}
	if len(p.Stages) > 0 {
		all = slices.Concat(all, explainPeople(p), explainVotes(p), explainRounds(p))
	}
	if p.ValidFor > 0 {
		all = append(all, fmt.Sprintf("An approval can be used for %s.", words.Duration(p.ValidFor)))
	}
	return all
}

// Explain returns who must approve, such as "2 members of finance".
func (r Rule) Explain() string {
	text := explainNeed(r)
	if len(r.From.Except) > 0 {
		text += " except " + words.List(r.From.Except)
	}
	if r.Name != "" {
		text += fmt.Sprintf(" (rule %q)", r.Name)
	}
	return text
}

func explainNeed(r Rule) string {
	users, groups := r.From.Users, r.From.Groups
	switch {
	case len(users) == 1 && len(groups) == 0 && (r.All || r.Need == 1):
		return users[0]
	case r.All:
		return "all of " + explainPeopleOf(r.From)
	case len(users) > 0:
		return words.Of(r.Need, explainPeopleOf(r.From))
	default:
		return words.Members(r.Need, groups)
	}
}

// explainPeopleOf lists the people and the groups.
func explainPeopleOf(s Selector) string {
	parts := slices.Clone(s.Users)
	for _, g := range s.Groups {
		parts = append(parts, "the members of "+g)
	}
	return words.List(parts)
}

// labelOf names the stage of that number, from 0.
func labelOf(s Stage, number int) string {
	if s.Name == "" {
		return fmt.Sprintf("Stage %d", number+1)
	}
	return fmt.Sprintf("Stage %d (%s)", number+1, s.Name)
}

func explainStage(s Stage) []string {
	var rules []string
	for _, r := range s.Rules {
		rules = append(rules, r.Explain())
	}
	approve := "It needs the approval of " + strings.Join(rules, "; ") + "."
	if len(rules) > 1 {
		approve = "It needs these approvals, all of different people: " + strings.Join(rules, "; ") + "."
	}
	reject := "One rejection rejects the request."
	if s.RejectThreshold > 1 {
		reject = fmt.Sprintf("%d rejections reject the request.", s.RejectThreshold)
	}
	all := []string{approve, reject, explainDeadline(s)}
	if len(s.Reminders) > 0 {
		var before []string
		for _, d := range slices.Backward(slices.Sorted(slices.Values(s.Reminders))) {
			before = append(before, words.Duration(d))
		}
		all = append(all, "Reminders are sent "+words.And(before)+" before the deadline.")
	}
	if len(s.RemindAfter) > 0 {
		var after []string
		for _, d := range slices.Sorted(slices.Values(s.RemindAfter)) {
			after = append(after, words.Duration(d))
		}
		all = append(all, "Reminders are sent "+words.And(after)+" after the stage begins.")
	}
	if s.RemindEvery > 0 {
		all = append(all, "A reminder is sent every "+words.Duration(s.RemindEvery)+" until the stage ends.")
	}
	for _, e := range s.Escalations {
		all = append(all, explainEscalation(e))
	}
	return all
}

func explainDeadline(s Stage) string {
	if s.Deadline == NoDeadline {
		return "There is no deadline."
	}
	end := fmt.Sprintf("onTimeout %q applies", s.OnTimeout)
	switch s.OnTimeout {
	case ExpireOnTimeout:
		end = "the request expires"
	case RejectOnTimeout:
		end = "the request is rejected"
	case ApproveOnTimeout:
		end = "that counts as approved"
	case FailOnTimeout:
		end = "the request expires and the workflow that waits gets an error"
	}
	return fmt.Sprintf("If that takes longer than %s, %s.", words.Duration(s.Deadline), end)
}

func explainEscalation(e Escalation) string {
	who := explainPeopleOf(e.To)
	if len(e.To.Except) > 0 {
		who += " except " + words.List(e.To.Except)
	}
	if e.Rule != "" {
		who += fmt.Sprintf(" (rule %q)", e.Rule)
	}
	how := "these may decide too"
	if e.Replace {
		how = "only these may decide"
	}
	return fmt.Sprintf("After %s, %s: %s.", words.Duration(e.After), how, who)
}
