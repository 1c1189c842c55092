package approval_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A remindedGate records the reminders of a gate of one stage and its timers.
type remindedGate struct {
	*run
	hours  []float64 // at which a reminder was sent, from the opening
	timers int       // the largest number that waited at once
}

// remind runs the gate. A manager makes the change, if there is one, 90 minutes after the
// opening, and withdraws the gate after 100 hours if it is still open.
func remind(t *testing.T, one policy.Stage, changes ...wire) *remindedGate {
	t.Helper()
	g := &remindedGate{run: newRun(t, signals.NewInterceptor())}
	g.SetStartTime(start)
	g.RegisterActivityWithOptions(func(_ context.Context, n approval.Notice) error {
		if n.Kind == approval.NoticeReminder {
			g.hours = append(g.hours, g.Now().Sub(start).Hours())
		}
		return nil
	}, activityName("Tell"))
	waiting := 0
	g.SetOnTimerScheduledListener(func(string, time.Duration) { waiting++; g.timers = max(g.timers, waiting) })
	g.SetOnTimerFiredListener(func(string) { waiting-- })
	g.SetOnTimerCanceledListener(func(string) { waiting-- })
	for _, c := range changes {
		g.manage(90*time.Minute, c)
	}
	g.manage(100*time.Hour, change("end", "max", approvalclient.ChangeWithdraw))
	g.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{Notify: "Tell"})
		if err != nil {
			return outcome{}, err
		}
		q := approval.Request[string]{ID: "expense", Requester: "eve", Policy: policy.Stages(one)}
		managed(&q)
		q.Policy.MaxExtend = 1000 * time.Hour
		return approval.Await(ctx, gates, q)
	})
	require.NoError(t, g.GetWorkflowError())
	return g
}

func TestReminders(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	extend := change("1", "max", approvalclient.ChangeExtend).with("by", "4h")
	shorten := change("1", "max", approvalclient.ChangeShorten).with("by", "4h")
	for name, c := range map[string]struct {
		set    func(s *policy.Stage)
		change []wire
		want   []float64
		timers int // 0 with a change, which replaces timers
	}{
		"after the beginning": {
			set: func(s *policy.Stage) { s.RemindAfter = []time.Duration{5 * hour, hour} }, want: []float64{1, 5}, timers: 2,
		},
		"every three hours until the deadline": {
			set: func(s *policy.Stage) { s.RemindEvery = 3 * hour }, want: []float64{3, 6, 9}, timers: 2,
		},
		"not at the deadline": {
			set: func(s *policy.Stage) { s.RemindEvery = 5 * hour }, want: []float64{5}, timers: 2,
		},
		"every day without a deadline": {
			set:  func(s *policy.Stage) { s.RemindEvery, s.Deadline = 24*hour, policy.NoDeadline },
			want: []float64{24, 48, 72, 96}, timers: 1,
		},
		"after the beginning without a deadline": {
			set:  func(s *policy.Stage) { s.RemindAfter, s.Deadline = []time.Duration{2 * hour}, policy.NoDeadline },
			want: []float64{2}, timers: 1,
		},
		"of all kinds, and one for those that are due together": {
			set: func(s *policy.Stage) {
				s.Reminders, s.RemindAfter, s.RemindEvery = []time.Duration{4 * hour, hour}, []time.Duration{hour, 6 * hour}, 3*hour
			},
			want: []float64{1, 3, 6, 9}, timers: 2,
		},
		"on and on when the deadline is moved": {
			set: func(s *policy.Stage) { s.RemindEvery = 3 * hour }, change: []wire{extend}, want: []float64{3, 6, 9, 12},
		},
		"none after a deadline that is made shorter": {
			set:    func(s *policy.Stage) { s.RemindEvery, s.RemindAfter = 4*hour, []time.Duration{8 * hour} },
			change: []wire{shorten}, want: []float64{4},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one := stage("one", 1, "finance", 10*hour)
			c.set(&one)
			g := remind(t, one, c.change...)
			require.Equal(t, c.want, g.hours)
			if c.timers > 0 {
				require.Equal(t, c.timers, g.timers, "a timer for the deadline and one for the next reminder")
			}
		})
	}
}

func TestAuditNamesReminders(t *testing.T) {
	t.Parallel()
	one := stage("one", 1, "finance", 10*time.Hour)
	one.RemindEvery, one.Reminders = 4*time.Hour, []time.Duration{time.Hour}
	g := remind(t, one)
	value, err := g.QueryWorkflow("approval.audit", "expense")
	require.NoError(t, err)
	var audit policy.Audit
	require.NoError(t, value.Get(&audit))
	var notes []string
	for _, e := range audit.Entries {
		if e.Kind == policy.AuditReminded {
			notes = append(notes, e.Note)
		}
	}
	require.Equal(t, []string{"4h0m0s after the stage began", "8h0m0s after the stage began", "1h0m0s before the deadline"}, notes)
}

// A worker that was down for two days sends one reminder, and the next when it is due.
func TestRepeatedReminderAfterDowntime(t *testing.T) {
	t.Parallel()
	p := policy.Quorum(1, "finance").Within(policy.NoDeadline)
	p.Stages[0].RemindEvery = 24 * time.Hour
	keys := map[string]int{}
	r := telling(t, keys)
	r.ExecuteWorkflow(continued(p), next{})
	require.Len(t, keys, 1, "opened")
	r2, in := again(t, r, p, 60*time.Hour, keys)
	noticesAt := func(after time.Duration, want int) {
		r2.RegisterDelayedCallback(func() { require.Len(t, keys, want, "%s after the next run began", after) }, after)
	}
	noticesAt(time.Minute, 2)
	noticesAt(11*time.Hour, 2)
	noticesAt(13*time.Hour, 3)
	r2.update(20*time.Hour, vote("1", "ann", policy.ChoiceApprove))
	r2.ExecuteWorkflow(continued(p), in)
	require.Equal(t, policy.StateApproved, r2.outcome().State)
	require.Len(t, keys, 4)
}
