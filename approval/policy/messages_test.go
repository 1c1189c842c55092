package policy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

var (
	tooLong = strings.Repeat("x", policy.MaxNameBytes+1)
	hour    = time.Hour
)

// Each text says what is wrong, with values, and after a semicolon what to do.
func TestValidate(t *testing.T) {
	t.Parallel()
	one := policy.AnyOf("ann").Stages
	stages := make([]policy.Stage, 21)
	for i := range stages {
		stages[i] = one[0]
	}
	for want, p := range map[string]policy.Policy{
		"": policy.Quorum(100, "finance"),
		"need is 0; at least 1 approval must be needed, and at most 100":                                                          policy.Quorum(0, "finance"),
		"need is -3; at least 1 approval must be needed, and at most 100":                                                         policy.Quorum(-3, "finance"),
		"need is 101; at least 1 approval must be needed, and at most 100":                                                        policy.Quorum(101, "finance"),
		"group is empty; name the group whose members may decide":                                                                 policy.Quorum(1, ""),
		"group has 201 bytes; write 1 to 200 bytes of UTF-8":                                                                      policy.Quorum(1, tooLong),
		"veto is -1; set how many rejections end the gate, or 0 for one":                                                          {Need: 1, Group: "finance", RejectThreshold: -1},
		`deadline is -1h0m0s; set a positive one, 0 for 168h0m0s, or "none"`:                                                      policy.Quorum(1, "finance").Within(-time.Hour),
		`auto is "small", and there are rules too; leave one of them out`:                                                         {AutoApprove: "small", Stages: one},
		"auto has 201 bytes; write 1 to 200 bytes of UTF-8":                                                                       {AutoApprove: tooLong},
		"need, group, veto and deadline are set, and stages too; write the former into the stages":                                {Need: 1, Stages: one},
		"need, group, veto and deadline are set, and stages too; write the former into the stages ":                               {RejectThreshold: 1, Stages: one},
		"need, group, veto and deadline are set, and stages too; write the former into the stages  ":                              {Deadline: hour, Stages: one},
		"there are 21 stages; write at most 20":                                                                                   policy.Stages(stages...),
		"maxRounds is 101; set how often a request may be made, 1 to 100":                                                         {Need: 1, Group: "f", MaxRounds: 101},
		"maxRounds is -1; set how often a request may be made, 1 to 100":                                                          {Need: 1, Group: "f", MaxRounds: -1},
		`requireCommentOn has "abstain"; write "approve", "reject" or "request-changes"`:                                          {Need: 1, Group: "f", RequireCommentOn: []policy.Choice{"abstain"}},
		"maxExtend is -1h0m0s; set a positive duration, or 0":                                                                     {Need: 1, Group: "f", MaxExtend: -hour},
		"validFor is -1h0m0s; set a positive duration, or 0":                                                                      {Need: 1, Group: "f", ValidFor: -hour},
		"name 2 in excluded has 0 bytes; write 1 to 200 bytes of UTF-8":                                                           {Need: 1, Group: "f", Excluded: []string{"a", "", ""}},
		"name 1 in rejectReasons has 1 bytes; write 1 to 200 bytes of UTF-8":                                                      {Need: 1, Group: "f", RejectReasons: []string{"\xff"}},
		"there are 501 names in excluded; write at most 500":                                                                      {Need: 1, Group: "f", Excluded: many("a", 501)},
		"need is 0; at least 1 approval must be needed, and at most 100\ngroup is empty; name the group whose members may decide": {},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			says(t, want, p.Validate())
		})
	}
}

// says compares errors, without the name of the package in front of each.
func says(t *testing.T, want string, err error) {
	t.Helper()
	if want == "" {
		require.NoError(t, err)
		return
	}
	require.Error(t, err)
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		require.Regexp(t, "^policy: .*; ", line)
		lines[i] = strings.TrimPrefix(line, "policy: ")
	}
	require.Equal(t, strings.TrimSpace(want), strings.Join(lines, "\n"))
}

func TestValidateStages(t *testing.T) {
	t.Parallel()
	escalations := func(all ...policy.Escalation) func(s *policy.Stage) {
		return func(s *policy.Stage) { s.Escalations = all }
	}
	remind := func(all ...time.Duration) func(s *policy.Stage) {
		return func(s *policy.Stage) { s.Reminders = all }
	}
	after := func(d time.Duration, to policy.Selector, rule string) policy.Escalation {
		return policy.Escalation{After: d, To: to, Rule: rule}
	}
	tooMany := make([]time.Duration, 21)
	for i := range tooMany {
		tooMany[i] = hour
	}
	for want, change := range map[string]func(s *policy.Stage){
		"":                                remind(hour, hour),
		"there are 0 rules; give 1 to 20": func(s *policy.Stage) { s.Rules = nil },
		"rule 1 needs all and also 1; leave one of them out":                                                          func(s *policy.Stage) { s.Rules[0].All = true },
		"need of rule 1 is 0; at least 1 approval must be needed, and at most 100":                                    func(s *policy.Stage) { s.Rules[0].Need = 0 },
		"rule 1 names nobody; give users or groups":                                                                   func(s *policy.Stage) { s.Rules[0].From = users() },
		"name 1 in users of rule 1 has 0 bytes; write 1 to 200 bytes of UTF-8":                                        func(s *policy.Stage) { s.Rules[0].From = users("") },
		"there are 501 names in groups of rule 1; write at most 500":                                                  func(s *policy.Stage) { s.Rules[0].From = groups(many("g", 501)...) },
		"name 1 in except of rule 1 has 201 bytes; write 1 to 200 bytes of UTF-8":                                     func(s *policy.Stage) { s.Rules[0].From.Except = []string{tooLong} },
		"name has 201 bytes; write 1 to 200 bytes of UTF-8":                                                           func(s *policy.Stage) { s.Name = tooLong },
		"name of rule 1 has 201 bytes; write 1 to 200 bytes of UTF-8":                                                 func(s *policy.Stage) { s.Rules[0].Name = tooLong },
		"veto is -2; set how many rejections end the gate, or 0 for one":                                              func(s *policy.Stage) { s.RejectThreshold = -2 },
		`deadline is -1h0m0s; set a positive one, 0 for 168h0m0s, or "none"`:                                          func(s *policy.Stage) { s.Deadline = -hour },
		`onTimeout is "escalate"; write "reject", "approve", "fail", or leave it out`:                                 func(s *policy.Stage) { s.OnTimeout = "escalate" },
		"a reminder is 168h0m0s before the deadline, which is after 168h0m0s; choose more than 0, and less than that": remind(168 * hour),
		"a reminder is 0s before the deadline, which is after 168h0m0s; choose more than 0, and less than that":       remind(0),
		"a reminder is 1h0m0s before a deadline that does not come; set a deadline":                                   func(s *policy.Stage) { s.Reminders, s.Deadline = []time.Duration{hour}, policy.NoDeadline },
		"there are 21 reminders and 0 escalations; write at most 20 of each":                                          remind(tooMany...),
		"escalation 1 is after 0s, and the deadline after 168h0m0s; choose more than 0, and less than that":           escalations(after(0, users("b"), "")),
		"escalation 1 is after 168h0m0s, and the deadline after 168h0m0s; choose more than 0, and less than that":     escalations(after(168*hour, users("b"), "")),
		"escalation 2 is before the one above it; order them":                                                         escalations(after(2*hour, users("b"), ""), after(hour, users("c"), "")),
		`escalation 1 is for rule "x", which is not there; name one of the stage, or none for all`:                    escalations(after(hour, users("b"), "x")),
		"escalation 1 names nobody; give users or groups":                                                             escalations(after(hour, users(), "")),
		"after escalation 2 rule 1 has a list of more than 500 names; name fewer":                                     escalations(after(hour, users(many("b", 300)...), ""), after(hour, users(many("c", 300)...), "")),
		"escalation 1 adds to rule 1, which needs all, so more would be needed than before; set replace": func(s *policy.Stage) {
			s.Rules[0] = policy.Rule{All: true, From: users("ann")}
			escalations(after(hour, users("b"), ""))(s)
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			p := policy.Stages(policy.AnyOf("ann").Stages[0], policy.AnyOf("ann").Stages[0])
			change(&p.Stages[1])
			if want != "" {
				want = "stage 2: " + want
			}
			says(t, want, p.Validate())
		})
	}
	require.Len(t, strings.Split(policy.Stages(make([]policy.Stage, 30)...).Validate().Error(), "\n"), 21, "the first 20 are looked at")
	p := rules(make([]policy.Rule, 21)...)
	require.Len(t, strings.Split(p.Validate().Error(), "\n"), 41, "the first 20 are looked at")
}
