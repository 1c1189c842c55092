package approval_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// After Carry the door is shut: what would be lost is refused, to be sent again. A
// workflow that waits for a gate after all opens it.
func TestTheDoorAfterCarry(t *testing.T) {
	t.Parallel()
	for name, goesOn := range map[string]bool{"the run continues as new": false, "the run goes on": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.update(30*time.Second, vote("1", "ann", policy.ChoiceApprove))
			r.update(90*time.Second, vote("1", "bob", policy.ChoiceApprove))
			r.manage(91*time.Second, change("1", "eve", approvalclient.ChangeWithdraw))
			r.update(3*time.Minute, vote("1", "bob", policy.ChoiceApprove))
			var carried approval.ContinueState
			r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
				gates, err := approval.NewGates(ctx, approval.Options{})
				if err != nil {
					return outcome{}, err
				}
				p, err := approval.Open(ctx, gates, request())
				if err != nil {
					return outcome{}, err
				}
				_ = workflow.Sleep(ctx, time.Minute)
				carried, _ = gates.ContinueState(ctx)
				_ = workflow.Sleep(ctx, time.Minute) // it cleans up
				if goesOn {
					return p.Get(ctx)
				}
				return outcome{State: "next"}, nil
			})
			require.Len(t, carried.Gates[0].Receipts, 1)
			require.Equal(t, []approval.Reason{approval.ReasonNotOpen, approval.ReasonNotOpen}, r.refusals)
			require.ErrorContains(t, r.errs[0], "is about to continue as new; try again in a moment")
			want := policy.State("next")
			if goesOn {
				want = policy.StateApproved
			}
			require.Equal(t, want, r.outcome().State)
		})
	}
}

// Carry says no while a handler of the workflow's own runs.
func TestCarryWaitsForHandlers(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.RegisterDelayedCallback(func() {
		r.UpdateWorkflow("slow", "", &testsuite.TestUpdateCallback{OnAccept: func() {}, OnReject: func(error) {}, OnComplete: func(any,
			error) {
		}})
	}, time.Minute)
	r.ExecuteWorkflow(func(ctx workflow.Context) ([]bool, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return nil, err
		}
		if err := workflow.SetUpdateHandler(ctx, "slow", sleep); err != nil {
			return nil, err
		}
		_ = workflow.Sleep(ctx, 2*time.Minute)
		_, during := gates.ContinueState(ctx)
		_ = workflow.Sleep(ctx, time.Hour)
		_, then := gates.ContinueState(ctx)
		return []bool{during, then}, nil
	})
	var got []bool
	require.NoError(t, r.GetWorkflowResult(&got))
	require.Equal(t, []bool{false, true}, got)
}

// Carry says no while a notice is on its way.
func TestCarryWaitsForNotices(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	var told []string
	r.RegisterActivityWithOptions(func(_ context.Context, n approval.Notice) error { told = append(told, n.Key); return nil },
		activityName("Tell"))
	r.ExecuteWorkflow(func(ctx workflow.Context) ([]bool, error) {
		gates, err := approval.NewGates(ctx, approval.Options{Notify: "Tell"})
		if err != nil {
			return nil, err
		}
		if _, err := approval.Open(ctx, gates, request()); err != nil {
			return nil, err
		}
		_, during := gates.ContinueState(ctx)
		_ = workflow.Sleep(ctx, time.Minute)
		_, then := gates.ContinueState(ctx)
		return []bool{during, then}, nil
	})
	var got []bool
	require.NoError(t, r.GetWorkflowResult(&got))
	require.Equal(t, []bool{false, true}, got)
	require.Len(t, told, 1)
}
