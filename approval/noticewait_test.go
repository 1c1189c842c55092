package approval_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Without the interceptor one call waits, also in a workflow that is canceled.
func TestWaitForNotices(t *testing.T) {
	t.Parallel()
	for name, cancel := range map[string]bool{"approved": false, "canceled": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			told := 0
			r.RegisterActivityWithOptions(func(context.Context, approval.Notice) error { told++; return nil }, activityName("Tell"))
			if cancel {
				r.RegisterDelayedCallback(r.CancelWorkflow, time.Minute)
			}
			r.update(2*time.Minute, vote("1", "ann", policy.ChoiceReject))
			r.ExecuteWorkflow(notified(slowly(), func(ctx workflow.Context, g *approval.Gates, _ outcome, err error) error {
				g.WaitForNotices(ctx)
				_, ok := g.ContinueState(ctx)
				require.True(t, ok)
				require.Equal(t, 2, told)
				return err
			}))
			require.Equal(t, cancel, temporal.IsCanceledError(r.GetWorkflowError()))
		})
	}
}

// A notice that is given up is in the log, the metrics and the audit, and the gate
// goes on.
func TestNoticesThatAreGivenUp(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	r := &run{TestWorkflowEnvironment: env, t: t}
	r.RegisterActivityWithOptions(down, activityName("Tell"))
	r.update(20*time.Minute, vote("1", "ann", policy.ChoiceReject))
	r.ExecuteWorkflow(notified(workflow.ActivityOptions{}, asItIs))
	require.Equal(t, policy.StateRejected, r.outcome().State)
	require.Len(t, observed.Lines("notice not delivered"), 2)
	require.EqualValues(t, 1, observed.Counter("temporal_patterns_notices_undelivered", "opened"))
	value, err := r.QueryWorkflow(protocol.QueryAudit, "expense")
	require.NoError(t, err)
	var audit policy.Audit
	require.NoError(t, value.Get(&audit))
	require.Equal(t, policy.AuditNoticeFailed, audit.Entries[1].Kind)
	require.Equal(t, "opened", audit.Entries[1].Note)
}

// An activity that no worker knows is given up at the first attempt, and the log
// says what to do.
func TestNoticesOfAnActivityThatIsNotRegistered(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	r := &run{TestWorkflowEnvironment: env, t: t}
	attempts := 0
	r.RegisterActivityWithOptions(func(context.Context, approval.Notice) error {
		attempts++
		return temporal.NewApplicationError("unable to find activityType=Tell", "ActivityNotRegisteredError")
	}, activityName("Tell"))
	r.update(20*time.Minute, vote("1", "ann", policy.ChoiceReject))
	r.ExecuteWorkflow(notified(slowly(), asItIs))
	require.Equal(t, policy.StateRejected, r.outcome().State)
	require.Equal(t, 2, attempts, "one for each notice")
	require.Len(t, observed.Lines("register the activity of Options.Notify"), 2)
}

// Whatever the options leave out, a notice has an end, and the caller's own policy
// is not changed.
func TestNoticesHaveAnEnd(t *testing.T) {
	t.Parallel()
	minute := workflow.ActivityOptions{StartToCloseTimeout: time.Minute}
	own := &temporal.RetryPolicy{InitialInterval: time.Second, NonRetryableErrorTypes: []string{"mail.Unknown"}}
	for name, c := range map[string]struct {
		options    workflow.ActivityOptions
		start, end time.Duration
	}{
		"no options":                       {workflow.ActivityOptions{}, 10 * time.Second, 2 * time.Minute},
		"a retry policy alone":             {workflow.ActivityOptions{RetryPolicy: own}, 10 * time.Second, 2 * time.Minute},
		"no total":                         {minute, time.Minute, time.Hour},
		"no total, and attempts that take": {workflow.ActivityOptions{StartToCloseTimeout: 3 * time.Hour}, 3 * time.Hour, 3 * time.Hour},
		"both":                             {slowly(), time.Minute, 6 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t, signals.NewInterceptor())
			r.RegisterActivityWithOptions(func(ctx context.Context, _ approval.Notice) error {
				info := activity.GetInfo(ctx)
				require.Equal(t, c.start, info.StartToCloseTimeout)
				require.Equal(t, c.end, info.ScheduleToCloseTimeout)
				return nil
			}, activityName("Tell"))
			r.ExecuteWorkflow(notified(c.options, asItIs))
			require.Equal(t, policy.StateExpired, r.outcome().State)
			require.Equal(t, []string{"mail.Unknown"}, own.NonRetryableErrorTypes)
		})
	}
}

// Whether a run waits for its notices is what its gates have recorded, whatever
// worker replays it.
func TestWaitingForNoticesIsRecorded(t *testing.T) {
	t.Parallel()
	p := request().Policy
	history := func(waits bool) *historytest.History {
		h := historytest.New(t, "ask").SideEffect(opening(t, p, wire{"notify": "Tell", "waits": waits}))
		timer := h.TimerStarted(time.Hour)
		h.ActivityScheduled("Tell")
		h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", "ann", policy.ChoiceReject))).Task()
		return h.TimerCanceled(timer).ActivityScheduled("Tell")
	}
	told := notified(slowly(), asItIs)
	var got outcome
	history(false).Result(&got, told)
	require.Equal(t, policy.StateRejected, got.State, "recorded without the interceptor")
	history(false).Result(&got, told, signals.NewInterceptor())
	require.Equal(t, policy.StateRejected, got.State, "and replayed with it")
	require.NoError(t, history(true).Replay(told, signals.NewInterceptor()), "it waits")
	require.ErrorContains(t, history(true).Replay(told), "add patterns.NewPlugin() or signals.NewInterceptor() to the worker")
}

// No two notices have one key: any byte may stand in IDs, and a workflow ID may be
// used again.
func TestKeysOfNotices(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	for _, ids := range [][2]string{ // workflow, gate
		{"team/a", "pay"},
		{"team", "a/pay"},
		{"team/a/pay", "1"},
		{"1:a", "b"},
		{"1", ":a/b"},
		{"t", "p/default-test-run-id/1:g"},
		{"t/default-test-run-id/25:p", "g"},
	} {
		env := testenv.New(signals.NewInterceptor())
		env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: ids[0], TaskQueue: "q"})
		env.RegisterActivityWithOptions(func(_ context.Context, n approval.Notice) error {
			require.NotContains(t, keys, n.Key, "of %v", ids)
			require.Contains(t, n.Key, "default-test-run-id", "it tells runs apart")
			keys[n.Key] = string(n.Kind)
			return nil
		}, activityName("Tell"))
		env.ExecuteWorkflow(func(ctx workflow.Context) error {
			gates, err := approval.NewGates(ctx, approval.Options{Notify: "Tell"})
			if err != nil {
				return err
			}
			req := request()
			req.ID = ids[1]
			_, err = approval.Await(ctx, gates, req)
			return err
		})
		require.NoError(t, env.GetWorkflowError())
	}
	require.Len(t, keys, 14)
}
