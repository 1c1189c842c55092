package approval_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// atMost is what a server takes as the answer to a query, with room to spare.
const atMost = 1 << 20

// one asks the run about one gate.
func (r *run) one(id string) (gate *approvalclient.GateStatus, size int) {
	r.t.Helper()
	value, err := r.QueryWorkflow(protocol.QueryGate, id)
	require.NoError(r.t, err)
	var raw json.RawMessage
	require.NoError(r.t, value.Get(&raw))
	require.NoError(r.t, value.Get(&gate))
	return gate, len(raw)
}

// opensMany opens that many gates with a subject of that many bytes, and waits.
func opensMany(gates, bytes int, change func(*approval.Request[string])) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		g, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return err
		}
		var all []*approval.Gate[string]
		for i := range gates {
			q := request()
			q.ID, q.Subject = fmt.Sprint("item-", i), strings.Repeat("s", bytes)
			if change != nil {
				change(&q)
			}
			p, err := approval.Open(ctx, g, q)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
		_, err = approval.AwaitAll(ctx, all...)
		return err
	}
}

// The status of a run fits into an answer however many gates it has. What is left
// out is counted, and any one gate can be asked for.
func TestStatusOfManyGates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ gates, bytes int }{
		"600 of 4 KB": {600, 4000}, "300 of 100 KB": {300, 100 << 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.RegisterDelayedCallback(func() {
				s := r.status()
				text, err := json.Marshal(s)
				require.NoError(t, err)
				require.Less(t, len(text), atMost)
				require.Greater(t, len(s.Gates), 100)
				require.Equal(t, c.gates, len(s.Gates)+s.More)
				last, size := r.one(fmt.Sprint("item-", c.gates-1))
				require.Equal(t, policy.StateOpen, last.State)
				require.Len(t, last.Subject, c.bytes+2)
				require.Equal(t, c.bytes+2, last.SubjectSize)
				require.Less(t, size, c.bytes+4000)
			}, time.Minute)
			r.ExecuteWorkflow(opensMany(c.gates, c.bytes, nil))
			require.NoError(t, r.GetWorkflowError())
		})
	}
}

// ReasonClosed gates leave the list before open ones do, the first ones first.
func TestClosedGatesLeaveTheStatusFirst(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	for i := range 200 {
		r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", fmt.Sprint("item-", i)))
	}
	r.RegisterDelayedCallback(func() {
		s := r.status()
		require.Positive(t, s.More)
		closed := 0
		for _, g := range s.Gates {
			if g.State.IsClosed() {
				closed++
			}
		}
		require.Less(t, closed, 200)
		for i := 200; i < 250; i++ {
			gate, listed := s.Gate(fmt.Sprint("item-", i))
			require.True(t, listed)
			require.Equal(t, policy.StateOpen, gate.State)
		}
		_, listed := s.Gate("item-0")
		require.False(t, listed, "the first one that was closed")
		gate, _ := r.one("item-0")
		require.Equal(t, policy.StateApproved, gate.State)
		require.Empty(t, gate.Subject, "no one has to look at it any more")
	}, 2*time.Minute)
	r.ExecuteWorkflow(opensMany(250, 3500, func(q *approval.Request[string]) {
		q.Title, q.Policy = strings.Repeat("t", 3000), policy.Quorum(1, "finance").Within(time.Hour)
	}))
	require.NoError(t, r.GetWorkflowError())
}

// One gate fits into an answer, however much people have written; the first votes
// are left out, and counted.
func TestStatusOfManyLongVotes(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	reason := strings.Repeat("r", 200)
	for i := range 490 {
		v := vote("1", fmt.Sprintf("%0190d", i), policy.ChoiceReject).with("gate", "item-0").with("comment", strings.Repeat("\x01",
			4096)).with("reason", reason)
		v["actor"] = map[string]any{"id": fmt.Sprintf("%0190d", i), "groups": []string{"finance"}, "auth": strings.Repeat("a", 200)}
		r.update(time.Minute, v)
	}
	r.RegisterDelayedCallback(func() {
		require.Len(t, r.receipts, 490)
		gate, size := r.one("item-0")
		require.Less(t, size, atMost)
		require.Equal(t, 490, gate.MoreVotes+len(gate.Votes))
		require.Positive(t, gate.MoreVotes)
		require.Equal(t, fmt.Sprintf("%0190d", 489), gate.Votes[len(gate.Votes)-1].Actor.ID)
		text, err := json.Marshal(r.status())
		require.NoError(t, err)
		require.Less(t, len(text), atMost)
	}, 2*time.Minute)
	r.ExecuteWorkflow(opensMany(1, 200<<10, func(q *approval.Request[string]) {
		q.Policy = policy.Quorum(1, "finance").Within(time.Hour)
		q.Policy.Stages[0].RejectThreshold, q.Policy.RejectReasons = 500, []string{reason}
	}))
	require.NoError(t, r.GetWorkflowError())
}

func TestAGateThatTheRunDoesNotHave(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.RegisterDelayedCallback(func() {
		gate, _ := r.one("another")
		require.Nil(t, gate)
	}, time.Minute)
	r.ExecuteWorkflow(opensMany(1, 1, nil))
}
