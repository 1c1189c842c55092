package approval_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// The sum of all extensions stays within the policy's limit, however large one is.
func TestExtensionsThatWouldOverflow(t *testing.T) {
	t.Parallel()
	for name, by := range map[string][]any{
		"without end, after a second":    {"1s", "none"},
		"the largest number":             {"1s", math.MaxInt64 - 1},
		"without end, at once":           {"none"},
		"without end, after shortening":  {"-1s", "none"},
		"nearly all, twice":              {"59m", "59m"},
		"a century, twice, and an hour":  {"876000h", "876000h", "876000h"},
		"half of what there is, thrice":  {math.MaxInt64 / 2, math.MaxInt64 / 2, math.MaxInt64 / 2},
		"the limit and a little, behind": {"1h", "1s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := hourOf(policy.Quorum(1, "finance"))
			p.MaxExtend = time.Hour
			r := newRun(t)
			for i, d := range by {
				action := approvalclient.ChangeExtend
				if d == "-1s" {
					action, d = approvalclient.ChangeShorten, "1s"
				}
				r.manage(time.Duration(i+1)*time.Minute, change(string(rune('1'+i)), "max", action).with("by", d))
			}
			r.update(3*time.Hour, vote("3", "bob", policy.ChoiceApprove))
			r.ExecuteWorkflow(asking(p, managed))
			require.Equal(t, policy.StateExpired, r.outcome().State, "refused: %v", r.refusals)
			require.NotEmpty(t, r.refusals)
			require.LessOrEqual(t, r.outcome().Closed.Sub(r.status().Gates[0].Opened), 2*time.Hour)
		})
	}
}

// A deadline that is made shorter than the times of reminders gives one reminder;
// what is due with an escalation gives one notice in all.
func TestWhatIsDueTogetherGivesOneNotice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ladder []time.Duration
		by     string
		want   []approval.NoticeKind
	}{
		"reminders": {nil, "99h", []approval.NoticeKind{approval.NoticeOpened, approval.NoticeReminder, approval.NoticeClosed}},
		"reminders, and one that comes later": {
			nil, "97h", []approval.NoticeKind{approval.NoticeOpened, approval.NoticeReminder, approval.NoticeReminder, approval.NoticeClosed},
		},
		"reminders that the deadline overtakes": {nil, "100h", []approval.NoticeKind{approval.NoticeOpened, approval.NoticeClosed}},
		"an escalation between reminders": {
			[]time.Duration{30 * time.Minute},
			"98h",
			[]approval.NoticeKind{approval.NoticeOpened, approval.NoticeReminder, approval.NoticeEscalated, approval.NoticeClosed},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			one := stage("one", 1, "finance", 100*time.Hour)
			for _, h := range []time.Duration{48, 24, 4, 2} {
				one.Reminders = append(one.Reminders, time.Duration(h*time.Hour))
			}
			for _, d := range c.ladder {
				one.Escalations = append(one.Escalations, policy.Escalation{After: time.Duration(d), To: policy.Selector{Users: []string{"zoe"}}})
			}
			var got []approval.NoticeKind
			r := newRun(t, signals.NewInterceptor())
			r.RegisterActivityWithOptions(func(_ context.Context, n approval.Notice) error {
				got = append(got, n.Kind)
				return nil
			}, activityName("Tell"))
			r.manage(time.Minute, change("1", "max", approvalclient.ChangeShorten).with("by", c.by))
			r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
				gates, err := approval.NewGates(ctx, approval.Options{Notify: "Tell"})
				if err != nil {
					return outcome{}, err
				}
				q := approval.Request[string]{ID: "expense", Requester: "eve", Policy: policy.Stages(one)}
				managed(&q)
				return approval.Await(ctx, gates, q)
			})
			require.Equal(t, policy.StateExpired, r.outcome().State)
			require.Equal(t, c.want, got)
		})
	}
}
