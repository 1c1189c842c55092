package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestValidatePolicy(t *testing.T) {
	t.Parallel()
	one := policy.AnyOf("ann").Stages
	for name, c := range map[string]struct {
		change func(p *policy.Policy)
		want   string
	}{
		"a valid policy": {change: func(*policy.Policy) {}},
		"no stage": {change: func(p *policy.Policy) { p.Stages = nil }, want: "there are 0 stages; write 1 to 20, or " +
			"autoApprove"},
		"twenty stages": {change: func(p *policy.Policy) { p.Stages = slices.Repeat(one, 20) }},
		"more than twenty stages": {
			change: func(p *policy.Policy) { p.Stages = slices.Repeat(one, 21) },
			want:   "there are 21 stages; write 1 to 20, or autoApprove",
		},
		"an automatic approval": {change: func(p *policy.Policy) { *p = policy.Policy{AutoApprove: "small"} }},
		"automatic and stages": {
			change: func(p *policy.Policy) { p.AutoApprove = "small" },
			want:   `autoApprove is "small", and there are stages too; leave one of them out`,
		},
		"a long automatic rule": {
			change: func(p *policy.Policy) { *p = policy.Policy{AutoApprove: tooLong} },
			want:   "autoApprove has 201 bytes; write 1 to 200 bytes of UTF-8",
		},
		"the most rounds": {change: func(p *policy.Policy) { p.MaxRounds = policy.MaxRounds }},
		"too many rounds": {change: func(p *policy.Policy) { p.MaxRounds = 101 }, want: "maxRounds is 101; set how often a request " +
			"may be made, 1 to 100"},
		"negative rounds": {change: func(p *policy.Policy) { p.MaxRounds = -1 }, want: "maxRounds is -1; set how often a request " +
			"may be made, 1 to 100"},
		"an unknown choice": {
			change: func(p *policy.Policy) { p.RequireCommentOn = []policy.Choice{"abstain"} },
			want:   `requireCommentOn has "abstain"; write "approve", "reject" or "request-changes"`,
		},
		"a negative extension": {change: func(p *policy.Policy) { p.MaxExtend = -hour }, want: "maxExtend is -1h0m0s; set a positive " +
			"duration, or 0"},
		"a negative validity": {change: func(p *policy.Policy) { p.ValidFor = -hour }, want: "validFor is -1h0m0s; set a positive " +
			"duration, or 0"},
		"an empty name": {
			change: func(p *policy.Policy) { p.Excluded = []string{"a", "", ""} },
			want:   "name 2 in excluded has 0 bytes; write 1 to 200 bytes of UTF-8",
		},
		"a reason that is no text": {
			change: func(p *policy.Policy) { p.RejectReasons = []string{"\xff"} },
			want:   "name 1 in rejectReasons has 1 bytes; write 1 to 200 bytes of UTF-8",
		},
		"five hundred excluded": {change: func(p *policy.Policy) { p.Excluded = many("a", 500) }},
		"too many excluded": {
			change: func(p *policy.Policy) { p.Excluded = many("a", 501) },
			want:   "there are 501 names in excluded; write at most 500",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := policy.Quorum(100, "finance")
			c.change(&p)
			requireProblems(t, lines(c.want), p.Validate())
		})
	}
}

func lines(want string) []string {
	if want == "" {
		return nil
	}
	return strings.Split(want, "\n")
}

func TestValidateStage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(s *policy.Stage)
		want   string
	}{
		"a valid stage": {change: func(*policy.Stage) {}},
		"no rule":       {change: func(s *policy.Stage) { s.Rules = nil }, want: "there are 0 rules; write 1 to 20"},
		"all and a number": {change: func(s *policy.Stage) { s.Rules[0].All = true }, want: "rule 1 needs all and also 1; leave one " +
			"of them out"},
		"no approval": {change: func(s *policy.Stage) { s.Rules[0].Need = 0 }, want: "rule 1 needs 0 approvals; write 1 to 100, " +
			"or all"},
		"negative approvals": {change: func(s *policy.Stage) { s.Rules[0].Need = -3 }, want: "rule 1 needs -3 approvals; write 1 to " +
			"100, or all"},
		"a hundred approvals": {change: func(s *policy.Stage) { s.Rules[0].Need = 100 }},
		"too many approvals": {change: func(s *policy.Stage) { s.Rules[0].Need = 101 }, want: "rule 1 needs 101 approvals; write 1 to " +
			"100, or all"},
		"no people": {change: func(s *policy.Stage) { s.Rules[0].From = users() }, want: "rule 1 selects no one; give users or " +
			"groups"},
		"only groups": {change: func(s *policy.Stage) { s.Rules[0].From = groups("g") }},
		"an empty user": {
			change: func(s *policy.Stage) { s.Rules[0].From = users("") },
			want:   "name 1 in users of rule 1 has 0 bytes; write 1 to 200 bytes of UTF-8",
		},
		"too many groups": {
			change: func(s *policy.Stage) { s.Rules[0].From = groups(many("g", 501)...) },
			want:   "there are 501 names in groups of rule 1; write at most 500",
		},
		"a long exception": {
			change: func(s *policy.Stage) { s.Rules[0].From.Except = []string{tooLong} },
			want:   "name 1 in except of rule 1 has 201 bytes; write 1 to 200 bytes of UTF-8",
		},
		"a long name": {change: func(s *policy.Stage) { s.Name = tooLong }, want: "name has 201 bytes; write 1 to 200 bytes of " +
			"UTF-8"},
		"a rule of a long name": {change: func(s *policy.Stage) { s.Rules[0].Name = tooLong }, want: "name of rule 1 has 201 bytes; write " +
			"1 to 200 bytes of UTF-8"},
		"rules of two names":  {change: func(s *policy.Stage) { s.Rules = append(s.Rules, named("x", s.Rules[0]), named("y", s.Rules[0])) }},
		"rules without names": {change: func(s *policy.Stage) { s.Rules = append(s.Rules, s.Rules[0]) }},
		"rules of one name": {
			change: func(s *policy.Stage) { s.Rules = append(s.Rules, named("x", s.Rules[0]), named("x", s.Rules[0])) },
			want:   "rule 3 has the name of an earlier rule, so an escalation would change both; give it another name",
		},
		"negative rejections": {change: func(s *policy.Stage) { s.RejectThreshold = -2 }, want: "rejectThreshold is -2; set the number " +
			"of rejections that end the gate, or 0 for one"},
		"a negative deadline": {
			change: func(s *policy.Stage) { s.Deadline = -hour },
			want:   `deadline is -1h0m0s; set a positive duration, 0 for 168h0m0s, or "none"`,
		},
		"no deadline": {change: func(s *policy.Stage) { s.Deadline = policy.NoDeadline }},
		"an unknown action": {
			change: func(s *policy.Stage) { s.OnTimeout = "escalate" },
			want:   `onTimeout is "escalate"; write "reject", "approve", "fail", or leave it out`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := policy.Stages(policy.AnyOf("ann").Stages[0], policy.AnyOf("ann").Stages[0])
			c.change(&p.Stages[1])
			requireProblems(t, inStage2(c.want), p.Validate())
		})
	}
}

func inStage2(want string) []string {
	all := lines(want)
	for i := range all {
		all[i] = "stage 2: " + all[i]
	}
	return all
}

func TestValidateStopsAtTheLimits(t *testing.T) {
	t.Parallel()
	p := policy.Stages(make([]policy.Stage, 30)...)
	require.Len(t, lines(p.Validate().Error()), 21, "the first 20 stages, and their number")
	p = policy.Stages(rules(make([]policy.Rule, 21)...))
	require.Len(t, lines(p.Validate().Error()), 41, "two problems of the first 20 rules, and their number")
}
