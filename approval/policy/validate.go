package policy

import (
	"fmt"
	"slices"
)

// Bounds of a policy, so that a gate fits into an answer.
const (
	maxStages   = 20
	maxRules    = 20 // of a stage
	maxAllRules = 64
	maxNeed     = 100
	maxSteps    = 20
	// MaxRounds is how many rounds a policy may allow.
	MaxRounds = 100
)

// Validate reports all that is wrong with the policy by itself, and what to
// write instead. [Lint] also looks at who there is to decide.
func (p Policy) Validate() error {
	c := &complaints{}
	p.validate(c)
	return c.err()
}

func (p Policy) validate(c *complaints) {
	simple := p.Need != 0 || p.Group != ""
	switch {
	case p.AutoApprove != "" && (simple || len(p.Stages) > 0):
		c.add("auto is %q, and there are rules too; leave one of them out", p.AutoApprove)
	case p.AutoApprove != "":
	case simple && len(p.Stages) > 0, len(p.Stages) > 0 && (p.RejectThreshold != 0 || p.Deadline != 0):
		c.add("need, group, veto and deadline are set, and stages too; write the former into the stages")
	case len(p.Stages) > maxStages:
		c.add("there are %d stages; write at most %d", len(p.Stages), maxStages)
	case len(p.Stages) == 0:
		p.simple(c)
	}
	for i, s := range p.Stages[:min(len(p.Stages), maxStages)] {
		s.validate(c, i)
	}
	if p.MaxRounds < 0 || p.MaxRounds > MaxRounds {
		c.add("maxRounds is %d; set how often a request may be made, 1 to %d", p.MaxRounds, MaxRounds)
	}
	for _, choice := range p.RequireCommentOn {
		if !choice.known() {
			c.add("commentOn has %q; write %q, %q or %q", choice, ChoiceApprove, ChoiceReject, ChoiceRequestChanges)
		}
	}
	c.duration("maxExtend", p.MaxExtend)
	c.duration("useBy", p.ValidFor)
	if n := p.size(); n > MaxNames {
		c.add("there are %d names in all lists; write at most %d", n, MaxNames)
	}
	if n := p.rules(); n > maxAllRules {
		c.add("there are %d rules in all stages; write at most %d", n, maxAllRules)
	}
	c.names("barred", p.Excluded)
	c.names("rejectFor", p.RejectReasons)
	c.label("auto", p.AutoApprove)
}

// size is how many names there are in all lists.
func (p Policy) size() int {
	n := len(p.Excluded)
	for _, s := range p.Stages {
		for _, r := range s.Rules {
			n += r.From.size()
		}
		for _, e := range s.Escalations {
			n += e.To.size()
		}
	}
	return n
}

// rules is how many there are in all stages.
func (p Policy) rules() (n int) {
	for _, s := range p.Stages {
		n += len(s.Rules)
	}
	return n
}

func (p Policy) simple(c *complaints) {
	if p.Need < 1 || p.Need > maxNeed {
		c.add("need is %d; at least 1 approval must be needed, and at most %d", p.Need, maxNeed)
	}
	if p.Group == "" {
		c.add("group is empty; name the group whose members may decide")
	}
	c.label("group", p.Group)
	c.limits(p.RejectThreshold, p.Deadline)
}

func (s Stage) validate(c *complaints, i int) {
	c.where = fmt.Sprintf("stage %d: ", i+1)
	defer func() { c.where = "" }()
	c.limits(s.RejectThreshold, s.Deadline)
	c.label("name", s.Name)
	if len(s.Rules) == 0 || len(s.Rules) > maxRules {
		c.add("there are %d rules; give 1 to %d", len(s.Rules), maxRules)
	}
	for j, r := range s.Rules[:min(len(s.Rules), maxRules)] {
		switch {
		case r.All && r.Need != 0:
			c.add("rule %d needs all and also %d; leave one of them out", j+1, r.Need)
		case !r.All && (r.Need < 1 || r.Need > maxNeed):
			c.add("need of rule %d is %d; at least 1 approval must be needed, and at most %d", j+1, r.Need, maxNeed)
		}
		c.label(fmt.Sprintf("name of rule %d", j+1), r.Name)
		if r.Name != "" && slices.ContainsFunc(s.Rules[:j], func(o Rule) bool { return o.Name == r.Name }) {
			c.add("rule %d has the name of one above it, so an escalation would change both; give each another name", j+1)
		}
		c.selector(fmt.Sprintf("rule %d", j+1), r.From)
	}
	switch s.OnTimeout {
	case ExpireOnTimeout, RejectOnTimeout, ApproveOnTimeout, FailOnTimeout:
	default:
		c.add("onTimeout is %q; write %q, %q, %q, or leave it out", s.OnTimeout, RejectOnTimeout, ApproveOnTimeout, FailOnTimeout)
	}
	s.steps(c)
}
