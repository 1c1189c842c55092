package approval_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A workflow may refuse a subject that people have changed: the policy was
// chosen for another one.
func TestAccepts(t *testing.T) {
	t.Parallel()
	p := policy.Quorum(2, "finance").Within(time.Hour)
	p.AllowEdits, p.MaxRounds = true, 3
	r := newRun(t)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("subject", "report 7000"))
	r.update(2*time.Minute, vote("2", "ann", policy.ChoiceRequestChanges))
	r.manage(3*time.Minute, change("3", "eve", approvalclient.ChangeResubmit).with("subject", "report 7000"))
	r.manage(4*time.Minute, change("4", "eve", approvalclient.ChangeResubmit).with("subject", "report 6"))
	r.RegisterDelayedCallback(func() {
		require.JSONEq(t, `"report 6"`, string(r.status().Gates[0].Subject), "people see what they decide on")
	}, 5*time.Minute)
	r.update(6*time.Minute, vote("5", "ann", policy.ChoiceApprove).with("round", 2))
	r.update(7*time.Minute, vote("6", "bob", policy.ChoiceApprove).with("round", 2).with("subject", "report 5"))
	r.update(8*time.Minute, vote("7", "ann", policy.ChoiceApprove).with("round", 3))
	r.ExecuteWorkflow(asking(p, func(q *approval.Request[string]) {
		q.ValidateSubject = func(s string) error {
			if len(s) > len("report 7") {
				return errors.New("it is for another policy")
			}
			return nil
		}
	}))
	require.Equal(t, policy.StateApproved, r.outcome().State)
	require.Equal(t, "report 5", r.outcome().Subject)
	require.Equal(t, []approval.Reason{approval.ReasonMalformed, approval.ReasonMalformed}, r.refusals)
	require.ErrorContains(t, r.errs[0], "it is for another policy")
	require.Empty(t, r.status().Gates[0].Subject, "it is closed")
}

// One of several gates may be given up.
func TestCancelPending(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.SetStartTime(start)
	timers := 0
	r.SetOnTimerCanceledListener(func(string) { timers++ })
	r.signal(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", "late"))
	r.ExecuteWorkflow(func(ctx workflow.Context) ([]policy.State, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return nil, err
		}
		var states []policy.State
		for _, id := range []string{"given up", "late"} {
			p, err := approval.Open(ctx, gates, approval.Request[string]{
				ID: id, Subject: strings.Repeat("x", 5<<10), Requester: "eve",
				Policy: policy.Quorum(1, "finance"),
			})
			if err != nil {
				return nil, err
			}
			require.False(t, p.IsClosed())
			require.False(t, p.Future(ctx).IsReady())
			if id == "late" {
				require.NoError(t, workflow.Sleep(ctx, time.Hour))
			}
			p.Cancel(ctx)
			p.Cancel(ctx)
			require.True(t, p.IsClosed())
			require.True(t, p.Future(ctx).IsReady())
			out, err := p.Get(ctx)
			require.NoError(t, err)
			if out.State == policy.StateApproved {
				require.NoError(t, out.CheckUsable(ctx))
				require.NoError(t, out.CheckUsable(ctx), "looking does not use it")
				require.NoError(t, out.Consume(ctx))
				require.Error(t, out.CheckUsable(ctx))
			}
			states = append(states, out.State)
		}
		return states, nil
	})
	var states []policy.State
	require.NoError(t, r.GetWorkflowResult(&states))
	require.Equal(t, []policy.State{policy.StateCanceled, policy.StateApproved}, states, "what was decided stays")
	require.Equal(t, 2, timers, "none is left running")
	require.Empty(t, r.status().Gates[0].Subject)
	require.ErrorContains(t, outcome{}.CheckUsable(nil), "not of this run")
}

// An update that has come before the run has begun finds a gate that was
// carried, since handlers run as soon as they are there.
func TestCarriedGatesAreOpenAtOnce(t *testing.T) {
	t.Parallel()
	p := policy.Quorum(1, "finance").Within(5 * time.Hour)
	r := telling(t, map[string]int{})
	r.ExecuteWorkflow(continued(p), next{})
	r2, in := again(t, r, p, time.Hour, map[string]int{})
	r2.update(0, vote("1", "ann", policy.ChoiceApprove))
	r2.ExecuteWorkflow(continued(p), in)
	require.Equal(t, policy.StateApproved, r2.outcome().State)
	require.Empty(t, r2.refusals)
}
