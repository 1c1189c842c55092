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

// Notices and the status name those whose approval would count: not the requester,
// nor who is barred, excepted or has decided, and delegates with whom they decide for.
func TestPeopleWhoseApprovalCountsAreAsked(t *testing.T) {
	t.Parallel()
	r := newRun(t, signals.NewInterceptor())
	asked := map[approval.NoticeKind]approval.Notice{}
	r.RegisterActivityWithOptions(func(_ context.Context, n approval.Notice) error {
		asked[n.Kind] = n
		return nil
	}, activityName("Notify"))
	p := policy.Stages(policy.Stage{
		Rules:    []policy.Rule{{Need: 2, From: policy.Selector{Users: []string{"eve", "ann", "bob", "carl", "dora"}, Except: []string{"dora"}}}},
		Deadline: 2 * time.Hour, Reminders: []time.Duration{time.Hour},
	})
	p.Excluded, p.AllowDelegation = []string{"carl"}, true
	req := request()
	req.Policy = p
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.manage(2*time.Minute, change("2", "bob", approvalclient.ChangeDelegate).with("to", "zoe"))
	r.RegisterDelayedCallback(func() {
		g, _ := r.status().Gate("expense")
		require.Equal(t, []string{"bob", "zoe"}, g.Users)
		require.Equal(t, []policy.Delegation{{From: "bob", To: "zoe"}}, g.Delegates)
	}, 80*time.Minute)
	r.update(90*time.Minute, vote("3", "zoe", policy.ChoiceApprove).with("for", "bob"))
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{Notify: "Notify"})
		if err != nil {
			return outcome{}, err
		}
		return approval.Await(ctx, gates, req)
	})
	require.Equal(t, policy.StateApproved, r.outcome().State)
	require.Equal(t, []string{"ann", "bob"}, asked[approval.NoticeOpened].Users)
	require.Equal(t, []string{"bob", "zoe"}, asked[approval.NoticeReminder].Users)
	require.Equal(t, []policy.Delegation{{From: "bob", To: "zoe"}}, asked[approval.NoticeReminder].Delegates)
	require.Empty(t, asked[approval.NoticeClosed].Users)
}
