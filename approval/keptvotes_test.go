package approval_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Votes that never find a gate, or that no worker of this version reads, do not
// keep a run from continuing as new, however large they are and how many.
func TestVotesThatWaitLeaveRoomToCarry(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("x", 100<<10)
	for name, c := range map[string]struct {
		votes       func(i int) wire
		early, kept int
	}{
		"edits for a gate that never opens": {func(i int) wire {
			return vote(fmt.Sprint(i), "ann", policy.ChoiceApprove).with("gate", "typo").with("subject", large)
		}, 1, 0},
		"comments for a gate that never opens": {func(i int) wire {
			return vote(fmt.Sprint(i), "ann", policy.ChoiceApprove).with("gate", "typo").with("comment", large[:4096])
		}, 46, 0},
		"small ones for a gate that never opens": {
			func(i int) wire { return vote(fmt.Sprint(i), "ann", policy.ChoiceApprove).with("gate", "typo") },
			100, 0,
		},
		"votes of a later version":              {func(i int) wire { return wire{"v": 2, "id": i, "weight": large} }, 0, 1},
		"small ones of a later version":         {func(i int) wire { return wire{"v": 2, "id": i} }, 0, 16},
		"one of a later version that is larger": {func(i int) wire { return wire{"v": 2, "id": i, "weight": strings.Repeat(large, 6)} }, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			for i := range 120 {
				r.signal(time.Second, c.votes(i))
			}
			r.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) {
				gates, err := approval.NewGates(ctx, approval.Options{})
				if err != nil {
					return false, err
				}
				req := approval.Request[string]{ID: "expense", Subject: large, Requester: "eve", Policy: policy.Quorum(1, "finance").Within(time.Hour)}
				if _, err := approval.Open(ctx, gates, req); err != nil {
					return false, err
				}
				if err := workflow.Sleep(ctx, time.Minute); err != nil {
					return false, err
				}
				_, ok := gates.ContinueState(ctx)
				return ok, nil
			})
			var ok bool
			require.NoError(t, r.GetWorkflowResult(&ok))
			require.True(t, ok, "the run can continue as new")
			s := r.status()
			require.Equal(t, []int{c.early, c.kept, 120 - c.early - c.kept}, []int{s.Early, s.Newer, s.DeadLetters.Count})
		})
	}
}

// The room of a vote that has found its gate is there for others.
func TestRoomOfVotesThatFoundTheirGate(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	large := strings.Repeat("x", 100<<10)
	for i, gate := range []string{"a", "b", "c"} {
		edited := vote("1", "ann", policy.ChoiceApprove).with("gate", gate).with("subject", large)
		r.signal(time.Duration(i)*time.Hour+time.Minute, edited)
	}
	r.ExecuteWorkflow(func(ctx workflow.Context) error {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return err
		}
		for _, id := range []string{"a", "b", "c"} {
			if err := workflow.Sleep(ctx, time.Hour); err != nil {
				return err
			}
			req := oneOf("report 7")
			req.ID = id
			out, err := approval.Await(ctx, gates, req)
			if err != nil {
				return err
			}
			require.Equal(t, large, out.Subject)
		}
		return nil
	})
	require.NoError(t, r.GetWorkflowError())
	require.Zero(t, r.status().DeadLetters.Count)
}
