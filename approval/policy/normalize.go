package policy

import "slices"

// normalized returns the policy in stages, with its defaults filled in. What it
// returns shares nothing with p.
func (p Policy) normalized() Policy {
	if p.AutoApprove == "" && len(p.Stages) == 0 {
		p.Stages = []Stage{{Rules: []Rule{{Need: p.Need, From: Selector{Groups: []string{p.Group}}}}, RejectThreshold: p.RejectThreshold, Deadline: p.Deadline}}
		p.Need, p.Group, p.RejectThreshold, p.Deadline = 0, "", 0, 0
	}
	stages := make([]Stage, len(p.Stages))
	for i, s := range p.Stages {
		stages[i] = s.normalized()
	}
	p.Stages = stages
	p.Excluded, p.RequireCommentOn, p.RejectReasons = slices.Clone(p.Excluded), slices.Clone(p.RequireCommentOn), slices.Clone(p.RejectReasons)
	p.MaxRounds = max(p.MaxRounds, 1)
	if p.FoldCase {
		p.fold()
	}
	return p
}

// fold changes all names of people and groups to their folds.
func (p *Policy) fold() {
	p.Excluded = folded(p.Excluded)
	for _, s := range p.Stages {
		for i, r := range s.Rules {
			s.Rules[i].From = r.From.folded()
		}
		for i, e := range s.Escalations {
			s.Escalations[i].To = e.To.folded()
		}
	}
}

func (s Stage) normalized() Stage {
	if s.RejectThreshold == 0 {
		s.RejectThreshold = 1
	}
	if s.Deadline == 0 {
		s.Deadline = DefaultDeadline
	}
	s.Rules, s.Reminders, s.Escalations = slices.Clone(s.Rules), slices.Clone(s.Reminders), slices.Clone(s.Escalations)
	for i := range s.Rules {
		s.Rules[i].From = s.Rules[i].From.clone()
	}
	for i := range s.Escalations {
		s.Escalations[i].To = s.Escalations[i].To.clone()
	}
	return s
}
