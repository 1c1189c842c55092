package approval_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// notified opens a gate whose notices go to the activity "Tell", calls then with
// what has come of it, and returns that.
func notified(
	o workflow.ActivityOptions, then func(workflow.Context, *approval.Gates, outcome, error) error,
) func(workflow.Context) (outcome, error) {
	return func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{Notify: "Tell", NotifyOptions: o})
		if err != nil {
			return outcome{}, err
		}
		out, err := approval.Await(ctx, gates, request())
		return out, then(ctx, gates, out, err)
	}
}

// down is a mail server that is down.
func down(context.Context, approval.Notice) error { return errors.New("the mail server is down") }

func asItIs(_ workflow.Context, _ *approval.Gates, _ outcome, err error) error { return err }

// slowly are options with which a notice that fails takes hours.
func slowly() workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute, ScheduleToCloseTimeout: 6 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Hour, BackoffCoefficient: 1, MaximumAttempts: 5},
	}
}

// The mail server is down: who waits for the decision gets it at once, and the run
// ends when the notices are given up.
func TestDecisionsDoNotWaitForNotices(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		votes []wire
		want  policy.State
		after time.Duration // the opening
	}{
		"approved": {
			[]wire{vote("1", "ann", policy.ChoiceApprove), vote("2", "bob", policy.ChoiceApprove)},
			policy.StateApproved,
			2 * time.Minute,
		},
		"rejected": {[]wire{vote("1", "ann", policy.ChoiceReject)}, policy.StateRejected, time.Minute},
		"expired":  {nil, policy.StateExpired, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t, signals.NewInterceptor())
			r.SetStartTime(start)
			var attempts atomic.Int32
			r.RegisterActivityWithOptions(func(context.Context, approval.Notice) error {
				attempts.Add(1)
				return errors.New("the mail server is down")
			}, activityName("Tell"))
			for i, v := range c.votes {
				r.update(time.Duration(i+1)*time.Minute, v)
			}
			var after time.Duration
			r.ExecuteWorkflow(notified(slowly(), func(ctx workflow.Context, _ *approval.Gates, _ outcome, err error) error {
				after = workflow.Now(ctx).Sub(start)
				return err
			}))
			require.Equal(t, c.want, r.outcome().State)
			require.Equal(t, c.after, after)
			require.EqualValues(t, 10, attempts.Load(), "five for each of two notices: the run has waited for them")
		})
	}
}

// However a run ends, its notices are delivered first.
func TestARunEndsAfterItsNotices(t *testing.T) {
	t.Parallel()
	fails := func(workflow.Context, *approval.Gates, outcome, error) error { return errors.New("the payment failed") }
	for name, c := range map[string]struct {
		workflow func(workflow.Context) (outcome, error)
		send     func(*run)
		want     []policy.State
		failed   bool
	}{
		"canceled": {
			notified(slowly(), asItIs), func(r *run) { r.RegisterDelayedCallback(r.CancelWorkflow, time.Minute) },
			[]policy.State{policy.StateOpen, policy.StateCanceled},
			true,
		},
		"failed": {
			notified(slowly(), fails), func(r *run) { r.update(time.Minute, vote("1", "ann", policy.ChoiceReject)) },
			[]policy.State{policy.StateOpen, policy.StateRejected},
			true,
		},
		"with a gate that no one waits for": {
			func(ctx workflow.Context) (outcome, error) {
				gates, err := approval.NewGates(ctx, approval.Options{Notify: "Tell", NotifyOptions: slowly()})
				if err == nil {
					_, err = approval.Open(ctx, gates, request())
				}
				return outcome{}, err
			}, func(*run) {}, []policy.State{policy.StateOpen}, false,
		},
		"in a step whose time is up": {
			func(ctx workflow.Context) (outcome, error) {
				gates, err := approval.NewGates(ctx, approval.Options{Notify: "Tell", NotifyOptions: slowly()})
				if err != nil {
					return outcome{}, err
				}
				return timeouts.Do(ctx, time.Minute, func(ctx workflow.Context) (outcome, error) { return approval.Await(ctx, gates, request()) })
			}, func(*run) {}, []policy.State{policy.StateOpen, policy.StateCanceled}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t, signals.NewInterceptor())
			var told []policy.State
			attempts := map[string]int{}
			r.RegisterActivityWithOptions(func(_ context.Context, n approval.Notice) error {
				if attempts[n.Key]++; attempts[n.Key] < 3 {
					return errors.New("the mail server is down")
				}
				told = append(told, n.State)
				return nil
			}, activityName("Tell"))
			c.send(r)
			r.ExecuteWorkflow(c.workflow)
			require.True(t, r.IsWorkflowCompleted())
			require.Equal(t, c.failed, r.GetWorkflowError() != nil)
			require.ElementsMatch(t, c.want, told)
		})
	}
}

// A run that has returned and waits for its notices takes no decisions.
func TestNoDecisionsWhileNoticesHoldUpTheEnd(t *testing.T) {
	t.Parallel()
	r := newRun(t, signals.NewInterceptor())
	r.RegisterActivityWithOptions(down, activityName("Tell"))
	r.update(30*time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.manage(31*time.Minute, change("2", "eve", approvalclient.ChangeWithdraw))
	r.signal(32*time.Minute, vote("3", "bob", policy.ChoiceReject))
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{Notify: "Tell", NotifyOptions: slowly()})
		if err == nil {
			_, err = approval.Open(ctx, gates, request())
		}
		return outcome{}, err
	})
	require.NoError(t, r.GetWorkflowError())
	require.Equal(t, []approval.Reason{approval.ReasonClosed, approval.ReasonClosed}, r.refusals)
	require.ErrorContains(t, r.errs[0], "the workflow has ended")
	require.Equal(t, policy.StateOpen, r.status().Gates[0].State)
}
