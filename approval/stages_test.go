package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// asking is a workflow that opens the gate "expense" with a policy.
func asking(p policy.Policy, change ...func(*approval.Request[string])) func(workflow.Context) (outcome, error) {
	return func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return outcome{}, err
		}
		req := approval.Request[string]{ID: "expense", Subject: "report 7", Requester: "eve", Policy: p}
		for _, f := range change {
			f(&req)
		}
		return approval.Await(ctx, gates, req)
	}
}

// by is a vote of an actor of that group.
func by(id, actor, group string, choice policy.Choice) wire {
	return vote(id, actor, choice).with("actor", map[string]any{"id": actor, "groups": []string{group}, "auth": "test"})
}

// stage is one of one rule.
func stage(name string, need int, group string, deadline time.Duration) policy.Stage {
	return policy.Stage{
		Name: name, Deadline: time.Duration(deadline),
		Rules: []policy.Rule{{Need: need, From: policy.Selector{Groups: []string{group}}}},
	}
}

var twoStages = policy.Stages(stage("finance", 1, "finance", time.Hour), stage("board", 1, "board", 2*time.Hour))

// Stages are decided one after the other, and each has its own time.
func TestStages(t *testing.T) {
	t.Parallel()
	approve, reject := policy.ChoiceApprove, policy.ChoiceReject
	for name, c := range map[string]struct {
		votes    map[time.Duration]wire
		timeout  policy.TimeoutAction // of the first stage
		want     policy.State
		closed   time.Duration
		refusals []approval.Reason
		timers   int
	}{
		"both approve": {map[time.Duration]wire{
			10 * time.Minute: by("1", "ann", "finance", approve),
			90 * time.Minute: by("2", "bea", "board", approve),
		}, "", policy.StateApproved, 90 * time.Minute, nil, 2},
		"the second is not asked before": {map[time.Duration]wire{10 * time.Minute: by("1", "bea", "board", approve), 20 * time.Minute: by("2",
			"ann", "finance", approve)}, "", policy.StateExpired, 140 * time.Minute, []approval.Reason{approval.ReasonNotEligible}, 2},
		"the first rejects": {
			map[time.Duration]wire{10 * time.Minute: by("1", "ann", "finance", reject)},
			"",
			policy.StateRejected, 10 * time.Minute, nil, 1,
		},
		"the first one's time is over": {nil, "", policy.StateExpired, time.Hour, nil, 1},
		"which is a no":                {nil, policy.RejectOnTimeout, policy.StateRejected, time.Hour, nil, 1},
		"which is a yes, for this stage": {
			map[time.Duration]wire{90 * time.Minute: by("1", "bea", "board", approve)},
			policy.ApproveOnTimeout,
			policy.StateApproved, 90 * time.Minute, nil, 2,
		},
		"and then the other one's is too": {nil, policy.ApproveOnTimeout, policy.StateExpired, 3 * time.Hour, nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			timers := 0
			r.SetOnTimerScheduledListener(func(string, time.Duration) { timers++ })
			for at, v := range c.votes {
				r.update(at, v)
			}
			p := policy.Stages(twoStages.Stages[0], twoStages.Stages[1])
			p.Stages[0].OnTimeout = c.timeout
			r.ExecuteWorkflow(asking(p))
			require.Equal(t, c.want, r.outcome().State)
			require.Equal(t, c.closed, r.outcome().Closed.Sub(r.status().Gates[0].Opened))
			require.Equal(t, c.refusals, r.refusals)
			require.Equal(t, c.timers, timers)
		})
	}
}

// The policy may make it an error that no one decides.
func TestFailOnTimeout(t *testing.T) {
	t.Parallel()
	p := policy.Stages(stage("finance", 1, "finance", time.Hour))
	p.Stages[0].OnTimeout = policy.FailOnTimeout
	r := newRun(t)
	r.ExecuteWorkflow(asking(p))
	require.Equal(t, approval.ReasonTimedOut, reasonOf(r.GetWorkflowError()))
	require.ErrorContains(t, r.GetWorkflowError(), "not decided by")
	require.Equal(t, policy.StateExpired, r.status().Gates[0].State)
}

// The status says who is asked now, and how far it is.
func TestStatusOfStages(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.update(time.Minute, by("1", "ann", "finance", policy.ChoiceApprove))
	r.RegisterDelayedCallback(func() {
		g := r.status().Gates[0]
		require.Equal(t, "board", g.StageName)
		require.Equal(t, 1, g.Stage)
		require.Equal(t, 2, g.Stages)
		require.Equal(t, []string{"board"}, g.Groups)
		require.Equal(t, 1, g.Missing)
		require.Equal(t, 2*time.Hour+time.Minute, g.Deadline.Sub(g.Opened))
		require.Len(t, g.Votes, 1)
		require.Len(t, g.Digest, 32)
	}, 2*time.Minute)
	r.ExecuteWorkflow(asking(twoStages))
	require.Equal(t, policy.StateExpired, r.outcome().State)
}

// A rule may approve by itself: there is nothing to wait for.
func TestAutoApproval(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	timers := 0
	r.SetOnTimerScheduledListener(func(string, time.Duration) { timers++ })
	r.ExecuteWorkflow(asking(policy.Policy{AutoApprove: "below 100 euros"}))
	require.Equal(t, policy.StateApproved, r.outcome().State)
	require.Equal(t, "below 100 euros", r.outcome().Why)
	require.Zero(t, timers)
}

// A policy that cannot be fulfilled is an error at once, not a wait in vain.
func TestInfeasiblePolicies(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.ExecuteWorkflow(asking(policy.Quorum(2, "finance"), func(q *approval.Request[string]) {
		q.Roster = policy.GroupMembers{"finance": {"ann", "eve"}}
	}))
	require.Equal(t, approval.ReasonInvalidRequest, reasonOf(r.GetWorkflowError()))
	require.ErrorContains(t, r.GetWorkflowError(), "2 approvals are needed, each of another person, and at most 1 are possible")
}

// Several gates of one run wait at the same time, without a coroutine each.
func TestAwaitAsync(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceReject).with("gate", "b"))
	r.update(2*time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", "a"))
	r.RegisterDelayedCallback(r.CancelWorkflow, 30*time.Minute)
	r.ExecuteWorkflow(func(ctx workflow.Context) (map[string]policy.State, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return nil, err
		}
		got, pending := map[string]policy.State{}, map[string]*approval.Gate[string]{}
		for _, id := range []string{"a", "b", "c"} {
			if pending[id], err = approval.Open(ctx, gates, approval.Request[string]{ID: id, Requester: "eve", Policy: policy.Quorum(1,
				"finance")}); err != nil {
				return nil, err
			}
		}
		winner, _, err := signals.Race(ctx, pending["a"].Future, pending["b"].Future)
		require.NoError(t, err)
		require.Equal(t, 1, winner)
		for _, id := range []string{"a", "b", "c"} {
			out, err := pending[id].Get(ctx)
			if id == "c" {
				require.True(t, temporal.IsCanceledError(err))
				continue
			}
			require.NoError(t, err)
			got[id] = out.State
		}
		return got, nil
	})
	var got map[string]policy.State
	require.NoError(t, r.GetWorkflowResult(&got))
	require.Equal(t, map[string]policy.State{"a": policy.StateApproved, "b": policy.StateRejected}, got)
	c, _ := r.status().Gate("c")
	require.Equal(t, policy.StateCanceled, c.State)
}
