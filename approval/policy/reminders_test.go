package policy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestValidateReminders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(s *policy.Stage)
		want   string
	}{
		"two reminders": {change: func(s *policy.Stage) { s.Reminders = []time.Duration{hour, hour} }},
		"a reminder at the start": {
			change: func(s *policy.Stage) { s.Reminders = []time.Duration{168 * hour} },
			want:   "a reminder is 168h0m0s before the deadline, which is after 168h0m0s; write more than 0 and less than that",
		},
		"a reminder at the end": {
			change: func(s *policy.Stage) { s.Reminders = []time.Duration{0} },
			want:   "a reminder is 0s before the deadline, which is after 168h0m0s; write more than 0 and less than that",
		},
		"a reminder of nothing": {
			change: func(s *policy.Stage) { s.Reminders, s.Deadline = []time.Duration{hour}, policy.NoDeadline },
			want:   "a reminder is 1h0m0s before a deadline that never comes; set a deadline",
		},
		"twenty reminders": {change: func(s *policy.Stage) { s.Reminders = slices.Repeat([]time.Duration{hour}, 20) }},
		"too many reminders": {
			change: func(s *policy.Stage) { s.Reminders = slices.Repeat([]time.Duration{hour}, 21) },
			want:   "there are 21 reminders and 0 escalations; write at most 20 of each",
		},
		"too many reminders of two kinds": {
			change: func(s *policy.Stage) {
				s.Reminders, s.RemindAfter = slices.Repeat([]time.Duration{hour}, 10), slices.Repeat([]time.Duration{hour}, 11)
			},
			want: "there are 21 reminders and 0 escalations; write at most 20 of each",
		},
		"reminders after the beginning": {
			change: func(s *policy.Stage) { s.RemindAfter, s.RemindEvery = []time.Duration{hour, 24 * hour}, hour },
		},
		"reminders without a deadline": {
			change: func(s *policy.Stage) {
				s.RemindAfter, s.RemindEvery, s.Deadline = []time.Duration{hour}, 24*hour, policy.NoDeadline
			},
		},
		"a reminder as the stage begins": {
			change: func(s *policy.Stage) { s.RemindAfter = []time.Duration{0} },
			want:   "a reminder is 0s after the stage begins, whose deadline is after 168h0m0s; write more than 0 and less than that",
		},
		"a reminder as the stage ends": {
			change: func(s *policy.Stage) { s.RemindAfter = []time.Duration{168 * hour} },
			want:   "a reminder is 168h0m0s after the stage begins, whose deadline is after 168h0m0s; write more than 0 and less than that",
		},
		"a reminder every minute": {
			change: func(s *policy.Stage) { s.RemindEvery = time.Minute },
			want:   "remindEvery is 1m0s; write at least 1h0m0s, or 24h0m0s for a stage without a deadline",
		},
		"a reminder every hour without a deadline": {
			change: func(s *policy.Stage) { s.RemindEvery, s.Deadline = hour, policy.NoDeadline },
			want:   "remindEvery is 1h0m0s; write at least 1h0m0s, or 24h0m0s for a stage without a deadline",
		},
		"a reminder every week of a week": {
			change: func(s *policy.Stage) { s.RemindEvery = 168 * hour },
			want:   "remindEvery is 168h0m0s, but the deadline is after 168h0m0s; write less than that",
		},
		"reminders in negative time": {
			change: func(s *policy.Stage) { s.RemindEvery = -hour },
			want:   "remindEvery is -1h0m0s; write at least 1h0m0s, or 24h0m0s for a stage without a deadline",
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
