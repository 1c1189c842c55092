package policy

import "slices"

// normalized returns the policy in stages, with its defaults filled in. What it
// returns shares nothing with p.
func (p Policy) normalized() Policy {
	if p.Auto == "" && len(p.Stages) == 0 {
		p.Stages = []Stage{{Rules: []Rule{{Need: p.Need, From: Selector{Groups: []string{p.Group}}}}, Veto: p.Veto, Deadline: p.Deadline}}
		p.Need, p.Group, p.Veto, p.Deadline = 0, "", 0, 0
	}
	stages := make([]Stage, len(p.Stages))
	for i, s := range p.Stages {
		stages[i] = s.normalized()
	}
	p.Stages = stages
	p.Barred, p.CommentOn, p.RejectFor = slices.Clone(p.Barred), slices.Clone(p.CommentOn), slices.Clone(p.RejectFor)
	p.MaxRounds = max(p.MaxRounds, 1)
	if p.FoldCase {
		p.fold()
	}
	return p
}

// fold changes all names of people and groups to their folds.
func (p *Policy) fold() {
	p.Barred = folded(p.Barred)
	for _, s := range p.Stages {
		for i, r := range s.Rules {
			s.Rules[i].From = r.From.folded()
		}
		for i, e := range s.Ladder {
			s.Ladder[i].To = e.To.folded()
		}
	}
}

func (s Stage) normalized() Stage {
	if s.Veto == 0 {
		s.Veto = 1
	}
	if s.Deadline == 0 {
		s.Deadline = DefaultDeadline
	}
	s.Rules, s.Remind, s.Ladder = slices.Clone(s.Rules), slices.Clone(s.Remind), slices.Clone(s.Ladder)
	for i := range s.Rules {
		s.Rules[i].From = s.Rules[i].From.clone()
	}
	for i := range s.Ladder {
		s.Ladder[i].To = s.Ladder[i].To.clone()
	}
	return s
}
