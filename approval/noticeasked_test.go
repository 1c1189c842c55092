package approval_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Notices and the status name those whose approval would count now: not the
// requester, who is barred or excepted, or who has approved; and delegates.
func TestNoticesNameThoseWhoCanHelp(t *testing.T) {
	t.Parallel()
	r := newRun(t, signals.NewInterceptor())
	told := map[approval.NoticeKind][]approval.Notice{}
	r.RegisterActivityWithOptions(func(_ context.Context, n approval.Notice) error {
		told[n.Kind] = append(told[n.Kind], n)
		return nil
	}, activityName("Tell"))
	names := policy.Selector{Users: []string{"eve", "ann", "bob", "carl", "dora"}, Except: []string{"dora"}}
	req := request() // eve asks
	managed(&req)
	req.Policy = policy.Stages(policy.Stage{
		Rules: []policy.Rule{{Need: 2, From: names}}, Deadline: 3 * time.Hour,
		Reminders:   []time.Duration{2 * time.Hour},
		Escalations: []policy.Escalation{{After: 2 * time.Hour, To: policy.Selector{Users: []string{"yan"}}}},
	})
	req.Policy.Excluded, req.Policy.AllowDelegation = []string{"carl"}, true
	var status []string
	to := map[string]any{"users": []string{"zed"}}
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.manage(2*time.Minute, change("c", "bob", approvalclient.ChangeDelegate).with("to", "zoe"))
	r.RegisterDelayedCallback(func() { g, _ := r.status().Gate("expense"); status = g.Users }, 80*time.Minute)
	r.manage(150*time.Minute, change("d", "max", approvalclient.ChangeReassign).with("reassignment", map[string]any{"to": to, "after": "0s"}))
	r.update(160*time.Minute, vote("2", "zoe", policy.ChoiceApprove).with("for", "bob"))
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{Notify: "Tell"})
		if err != nil {
			return outcome{}, err
		}
		return approval.Await(ctx, gates, req)
	})
	require.Empty(t, r.errs)
	require.Equal(t, policy.StateApproved, r.outcome().State)
	require.Equal(t, []string{"ann", "bob"}, told[approval.NoticeOpened][0].Users)
	require.Equal(t, []string{"zoe"}, told[approval.NoticeDelegated][0].Users, "the delegate")
	require.Equal(t, []policy.Delegation{{From: "bob", To: "zoe"}}, told[approval.NoticeDelegated][0].Delegates)
	require.Equal(t, []string{"bob", "zoe"}, told[approval.NoticeReminder][0].Users)
	require.Equal(t, []string{"bob", "zoe"}, status)
	require.Equal(t, []string{"bob", "yan", "zoe"}, told[approval.NoticeEscalated][0].Users)
	require.Equal(t, []string{"bob", "yan", "zed", "zoe"}, told[approval.NoticeReassigned][0].Users)
	for kind, all := range told {
		require.Len(t, all, 1, kind)
		require.True(t, slices.IsSorted(all[0].Users))
	}
}

// One ID of an actor is one change: the same again gets the first receipt, and
// another under that ID is refused, as a vote is.
func TestOneIDForTwoChanges(t *testing.T) {
	t.Parallel()
	p := hourOf(policy.Quorum(2, "finance"))
	p.MaxExtend = 4 * time.Hour
	extend := change("1", "max", approvalclient.ChangeExtend).with("by", "1h")
	night := map[string]any{"id": "max", "groups": []string{"ops", "night"}, "auth": "test"}
	for name, c := range map[string]struct {
		second wire
		want   approval.Reason
	}{
		"the same":                      {extend, "Duplicate"},
		"with other groups":             {extend.with("actor", night), "Duplicate"},
		"a withdrawal":                  {change("1", "max", approvalclient.ChangeWithdraw), approval.ReasonKeyReused},
		"another duration":              {extend.with("by", "2h"), approval.ReasonKeyReused},
		"a comment":                     {extend.with("comment", "once more"), approval.ReasonKeyReused},
		"a vote":                        {vote("1", "max", policy.ChoiceApprove), approval.ReasonKeyReused},
		"another actor's, of that ID":   {change("1", "moe", approvalclient.ChangeExtend).with("by", "1h"), ""},
		"the same actor's, under an ID": {change("2", "max", approvalclient.ChangeExtend).with("by", "1h"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.manage(time.Minute, extend)
			if c.second["choice"] != nil {
				r.update(2*time.Minute, c.second)
			} else {
				r.manage(2*time.Minute, c.second)
			}
			r.ExecuteWorkflow(asking(p, managed))
			later, refused := 2*time.Hour, []approval.Reason{c.want}
			if c.want == "" {
				later, refused = 3*time.Hour, nil
			}
			require.Equal(t, refused, r.refusals)
			require.Equal(t, later, r.outcome().Closed.Sub(r.status().Gates[0].Opened), "what was refused has not happened")
		})
	}
}
