package policy

import (
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/duration"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
)

// Limits of a policy. They bound the size of a gate.
const (
	// MaxRounds limits the rounds that a policy may allow.
	MaxRounds = 100

	maxStages      = 20
	maxRules       = 20 // of a stage
	maxNeed        = 100
	maxEscalations = 20 // of a stage; reminders likewise
	maxNames       = 5000
)

// Validate reports everything that is wrong with the policy itself and what to write
// instead. [Lint] also checks the people who can decide.
func (p Policy) Validate() error {
	ps := &problems{}
	p.validate(ps)
	return ps.err()
}

// CheckReassigned reports what is wrong with the policy after the rules of a stage
// have changed: by itself, as [Policy.Validate] does, and with these members of groups.
func (p Policy) CheckReassigned(stage int, members GroupMembers) error {
	ps := &problems{}
	p.validate(ps)
	checkPeople(ps, p, members, Selector{})
	checkKnown(ps, p.Stages[stage], stage, members)
	return ps.err()
}

func (p Policy) validate(ps *problems) {
	switch {
	case p.AutoApprove != "" && len(p.Stages) > 0:
		ps.add("autoApprove is %q, and there are stages too; leave one of them out", p.AutoApprove)
	case p.AutoApprove == "" && (len(p.Stages) == 0 || len(p.Stages) > maxStages):
		ps.add("there are %d stages; write 1 to %d, or autoApprove", len(p.Stages), maxStages)
	}
	for i, s := range p.Stages[:min(len(p.Stages), maxStages)] {
		s.validate(ps, i)
	}
	if p.MaxRounds < 0 || p.MaxRounds > MaxRounds {
		ps.add("maxRounds is %d; set how often a request may be made, 1 to %d", p.MaxRounds, MaxRounds)
	}
	for _, choice := range p.RequireCommentOn {
		if !choice.IsKnown() {
			ps.add("requireCommentOn has %q; write %q, %q or %q", choice, ChoiceApprove, ChoiceReject, ChoiceRequestChanges)
		}
	}
	ps.checkDuration("maxExtend", p.MaxExtend)
	ps.checkDuration("validFor", p.ValidFor)
	if n := p.countNames(); n > maxNames {
		ps.add("there are %d names in all lists; write at most %d", n, maxNames)
	}
	if n := p.countRules(); n > electorate.MaxRules {
		ps.add("there are %d rules in all stages; write at most %d", n, electorate.MaxRules)
	}
	ps.checkList("excluded", p.Excluded)
	ps.checkList("rejectReasons", p.RejectReasons)
	ps.checkName("autoApprove", p.AutoApprove)
}

func (p Policy) countNames() int {
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

func (s Selector) size() int { return len(s.Users) + len(s.Groups) + len(s.Except) }

func (p Policy) countRules() (n int) {
	for _, s := range p.Stages {
		n += len(s.Rules)
	}
	return n
}

func (s Stage) validate(ps *problems, i int) {
	ps.inStage(i)
	defer ps.leaveStage()
	if s.RejectThreshold < 0 {
		ps.add("rejectThreshold is %d; set the number of rejections that end the gate, or 0 for one", s.RejectThreshold)
	}
	ps.checkDeadline(s.Deadline)
	ps.checkName("name", s.Name)
	if len(s.Rules) == 0 || len(s.Rules) > maxRules {
		ps.add("there are %d rules; write 1 to %d", len(s.Rules), maxRules)
	}
	for j := range s.Rules[:min(len(s.Rules), maxRules)] {
		s.validateRule(ps, j)
	}
	switch s.OnTimeout {
	case ExpireOnTimeout, RejectOnTimeout, ApproveOnTimeout, FailOnTimeout:
	default:
		ps.add("onTimeout is %q; write %q, %q, %q, or leave it out", s.OnTimeout, RejectOnTimeout, ApproveOnTimeout, FailOnTimeout)
	}
	if n := len(s.Reminders) + len(s.RemindAfter); n > maxEscalations || len(s.Escalations) > maxEscalations {
		ps.add("there are %d reminders and %d escalations; write at most %d of each", n, len(s.Escalations), maxEscalations)
	}
	deadline := s.Deadline
	if deadline == 0 {
		deadline = DefaultDeadline
	}
	s.validateReminders(ps, deadline)
	s.validateEscalations(ps, deadline)
}

func (s Stage) validateRule(ps *problems, j int) {
	r := s.Rules[j]
	switch {
	case r.All && r.Need != 0:
		ps.add("rule %d needs all and also %d; leave one of them out", j+1, r.Need)
	case !r.All && (r.Need < 1 || r.Need > maxNeed):
		ps.add("rule %d needs %d approvals; write 1 to %d, or all", j+1, r.Need, maxNeed)
	}
	ps.checkName("name of "+ruleName(j), r.Name)
	if r.Name != "" && slices.ContainsFunc(s.Rules[:j], func(o Rule) bool { return o.Name == r.Name }) {
		ps.add("rule %d has the name of an earlier rule, so an escalation would change both; give it another name", j+1)
	}
	ps.checkSelector(ruleName(j), r.From)
}

func (s Stage) validateReminders(ps *problems, deadline time.Duration) {
	for _, d := range s.Reminders {
		switch {
		case deadline == NoDeadline:
			ps.add("a reminder is %s before a deadline that never comes; set a deadline", d)
		case d <= 0 || d >= deadline:
			ps.add("a reminder is %s before the deadline, which is after %s; write more than 0 and less than that", d, deadline)
		default:
			ps.checkDuration("a reminder", d)
		}
	}
	for _, d := range s.RemindAfter {
		if d <= 0 || d >= deadline {
			ps.add("a reminder is %s after the stage begins, whose deadline is after %s; write more than 0 and less than that",
				d, duration.Text(deadline))
			continue
		}
		ps.checkDuration("a reminder", d)
	}
	s.validateRemindEvery(ps, deadline)
}

// validateRemindEvery bounds the number of reminders, because each takes events of the
// history of a workflow.
func (s Stage) validateRemindEvery(ps *problems, deadline time.Duration) {
	least := time.Hour
	if deadline == NoDeadline {
		least = 24 * time.Hour
	}
	switch d := s.RemindEvery; {
	case d == 0:
	case d < least:
		ps.add("remindEvery is %s; write at least %s, or %s for a stage without a deadline", d, time.Hour, 24*time.Hour)
	case d >= deadline:
		ps.add("remindEvery is %s, but the deadline is after %s; write less than that", duration.Text(d), deadline)
	default:
		ps.checkDuration("remindEvery", d)
	}
}
