package policy

import (
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
)

// Quorum returns the policy that n members of the group must approve.
func Quorum(n int, group string) Policy {
	return Stages(Stage{Rules: []Rule{{Need: n, From: Selector{Groups: []string{group}}}}})
}

// AllOf returns the policy that all of these users must approve.
func AllOf(users ...string) Policy {
	return Stages(Stage{Rules: []Rule{{All: true, From: Selector{Users: users}}}})
}

// AnyOf returns the policy that one of these users must approve.
func AnyOf(users ...string) Policy {
	return Stages(Stage{Rules: []Rule{{Need: 1, From: Selector{Users: users}}}})
}

// Stages returns the policy of these stages.
func Stages(stages ...Stage) Policy { return Policy{Stages: stages} }

// Within returns the policy with a deadline for each stage. Zero sets the default; see
// [Stage].Deadline.
func (p Policy) Within(d time.Duration) Policy {
	p.Stages = slices.Clone(p.Stages)
	for i := range p.Stages {
		p.Stages[i].Deadline = d
	}
	return p
}

// Normalized returns a copy of the policy with its defaults filled in, and with the
// folds of all names if FoldCase is set. It shares nothing with p.
func (p Policy) Normalized() Policy {
	stages := make([]Stage, len(p.Stages))
	for i, s := range p.Stages {
		stages[i] = s.normalized(p.FoldCase)
	}
	p.Stages, p.Excluded = stages, slices.Clone(p.Excluded)
	p.RequireCommentOn, p.RejectReasons = slices.Clone(p.RequireCommentOn), slices.Clone(p.RejectReasons)
	p.MaxRounds = max(p.MaxRounds, 1)
	if p.FoldCase {
		p.Excluded = names.FoldAll(p.Excluded)
	}
	return p
}

func (s Stage) normalized(fold bool) Stage {
	if s.RejectThreshold == 0 {
		s.RejectThreshold = 1
	}
	if s.Deadline == 0 {
		s.Deadline = DefaultDeadline
	}
	s.Rules, s.Escalations = slices.Clone(s.Rules), slices.Clone(s.Escalations)
	s.Reminders, s.RemindAfter = slices.Clone(s.Reminders), slices.Clone(s.RemindAfter)
	for i, r := range s.Rules {
		s.Rules[i].From = r.From.normalized(fold)
	}
	for i, e := range s.Escalations {
		s.Escalations[i].To = e.To.normalized(fold)
	}
	return s
}

func (s Selector) normalized(fold bool) Selector {
	if fold {
		return Selector(electorate.Selector(s).Folded())
	}
	return Selector(electorate.Selector(s).Clone())
}
