package approval_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// next is the input of a run, and what it does with it.
type next struct {
	Approvals approval.ContinueState
}

// continued opens a gate for two of finance, and continues as new after an hour
// in its first run.
func continued(p policy.Policy) func(workflow.Context, next) (outcome, error) {
	return func(ctx workflow.Context, in next) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{ContinueState: in.Approvals, Notify: "Tell"})
		if err != nil {
			return outcome{}, err
		}
		first := len(in.Approvals.Gates) == 0
		pending, err := approval.Open(ctx, gates, approval.Request[string]{ID: "expense", Subject: "report 7", Requester: "eve", Policy: p})
		if err != nil || !first {
			if err != nil {
				return outcome{}, err
			}
			return pending.Get(ctx)
		}
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return outcome{}, err
		}
		carried, ok := gates.ContinueState(ctx)
		if !ok {
			return outcome{}, context.DeadlineExceeded
		}
		return outcome{}, workflow.NewContinueAsNewError(ctx, continued(p), next{carried})
	}
}

// again is the run after r, which began so much later than that.
func again(t *testing.T, r *run, p policy.Policy, later time.Duration, keys map[string]int) (*run, next) {
	t.Helper()
	var asNew *workflow.ContinueAsNewError
	require.ErrorAs(t, r.GetWorkflowError(), &asNew)
	var in next
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(asNew.Input, &in))
	r2 := telling(t, keys)
	r2.SetStartTime(start.Add(later))
	return r2, in
}

var start = time.Date(2030, 1, 7, 9, 0, 0, 0, time.UTC)

// telling is a run whose notices are counted by their keys.
func telling(t *testing.T, keys map[string]int) *run {
	r := newRun(t, signals.NewInterceptor())
	r.SetStartTime(start)
	r.RegisterActivityWithOptions(func(_ context.Context, n approval.Notice) error { keys[n.Key]++; return nil }, activityName("Tell"))
	return r
}

// A gate in the middle of its life goes on in the next run: votes, receipts and
// deadline are those that it had, and no one is told twice.
func TestCarry(t *testing.T) {
	t.Parallel()
	p := policy.Quorum(3, "finance").Within(5 * time.Hour)
	keys := map[string]int{}
	r := telling(t, keys)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.signal(2*time.Minute, vote("2", "bob", policy.ChoiceApprove))
	r.signal(3*time.Minute, vote("early", "ann", policy.ChoiceApprove).with("gate", "other"))
	r.ExecuteWorkflow(continued(p), next{})

	r2, in := again(t, r, p, time.Hour+time.Second, keys)
	r2.update(time.Minute, vote("1", "ann", policy.ChoiceApprove)) // known
	r2.update(2*time.Minute, vote("3", "ann", policy.ChoiceApprove))
	r2.RegisterDelayedCallback(func() {
		g := r2.status().Gates[0]
		require.Equal(t, start, g.Opened.UTC())
		require.Equal(t, start.Add(5*time.Hour), g.Deadline.UTC(), "the deadline has not moved")
		require.Equal(t, 2, g.Approvals)
		require.Equal(t, 1, r2.status().Early)
	}, 3*time.Minute)
	r2.update(4*time.Minute, vote("4", "cid", policy.ChoiceApprove))
	r2.ExecuteWorkflow(continued(p), in)
	out := r2.outcome()
	require.Equal(t, policy.StateApproved, out.State)
	require.Equal(t, "report 7", out.Subject)
	require.Len(t, out.Votes, 3)
	require.Equal(t, []approval.Reason{"Duplicate", approval.ReasonAlreadyVoted}, r2.refusals)
	for key, n := range keys {
		require.Equal(t, 1, n, key)
	}
	require.Len(t, keys, 2, "opened and closed")

	value, err := r2.QueryWorkflow(protocol.QueryAudit, "expense")
	require.NoError(t, err)
	var audit policy.Audit
	require.NoError(t, value.Get(&audit))
	require.NoError(t, audit.Verify(), "the chain goes on")
	require.Equal(t, policy.AuditOpened, audit.Entries[0].Kind)
}

// The deadline passes in the next run when it would have passed in the first,
// or before that has begun.
func TestCarriedDeadline(t *testing.T) {
	t.Parallel()
	p := policy.Stages(stage("finance", 1, "finance", 5*time.Hour))
	p.Stages[0].Reminders = []time.Duration{time.Hour}
	for name, c := range map[string]struct {
		later  time.Duration
		closed time.Duration
		told   int
	}{
		"later":        {2 * time.Hour, 5 * time.Hour, 3},
		"in between":   {7 * time.Hour, 7 * time.Hour, 2},
		"the reminder": {4*time.Hour + 30*time.Minute, 5 * time.Hour, 3}, // is late
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys := map[string]int{}
			r := telling(t, keys)
			r.ExecuteWorkflow(continued(p), next{})
			r2, in := again(t, r, p, c.later, keys)
			r2.ExecuteWorkflow(continued(p), in)
			require.Equal(t, policy.StateExpired, r2.outcome().State)
			require.Equal(t, start.Add(c.closed), r2.outcome().Closed.UTC())
			require.Len(t, keys, c.told)
		})
	}
}

// What does not fit stays: the run goes on.
func TestCarryIsBounded(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.ExecuteWorkflow(func(ctx workflow.Context) ([]int, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return nil, err
		}
		var counts []int
		big := strings.Repeat("x", 100<<10)
		for i := range 4 {
			req := approval.Request[string]{ID: string(rune('a' + i)), Title: big, Requester: "eve", Policy: policy.Policy{AutoApprove: "all"}}
			if _, err := approval.Await(ctx, gates, req); err != nil {
				return nil, err
			}
		}
		for i := range 6 {
			req := approval.Request[string]{ID: string(rune('p' + i)), Title: big, Requester: "eve", Policy: policy.Quorum(1, "finance")}
			if _, err := approval.Open(ctx, gates, req); err != nil {
				return nil, err
			}
			carried, ok := gates.ContinueState(ctx)
			if !ok {
				return append(counts, -1), nil
			}
			counts = append(counts, len(carried.Gates))
		}
		return counts, nil
	})
	var counts []int
	require.NoError(t, r.GetWorkflowResult(&counts))
	require.Equal(t, []int{5, 5, 5, 5, 5, -1}, counts, "open gates go along, closed ones as far as there is room")
}

// What was carried by a later version, or is broken, is an error at once.
func TestCarriedGarbage(t *testing.T) {
	t.Parallel()
	p := policy.Quorum(1, "finance").Within(5 * time.Hour)
	r := telling(t, map[string]int{})
	r.ExecuteWorkflow(continued(p), next{})
	r2, in := again(t, r, p, time.Hour, map[string]int{})
	in.Approvals.Gates[0].Tally.V = 9
	r2.ExecuteWorkflow(continued(p), in)
	require.ErrorContains(t, r2.GetWorkflowError(), "the snapshot has version 9")
	require.Equal(t, approval.ReasonInvalidRequest, reasonOf(r2.GetWorkflowError()))
}
