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
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// ofGroups is a policy that so many people of any of the groups must approve.
func ofGroups(n int, groups []string) policy.Policy {
	return policy.Stages(policy.Stage{Rules: []policy.Rule{{Need: n, From: policy.Selector{Groups: groups}}}})
}

// crowd is the outcome of a workflow that is one gate, on which so many people vote,
// with a policy that names the first of their groups.
func crowd(t *testing.T, n int, groups []string, named int, comment string) approval.Outcome[json.RawMessage] {
	t.Helper()
	r := newRun(t)
	for i := range n {
		r.update(time.Duration(i+1)*time.Second, vote("1", "ann", policy.ChoiceApprove).with("comment", comment).
			with("actor", map[string]any{"id": fmt.Sprint("p", i), "groups": groups, "auth": "t"}))
	}
	q := approval.Request[json.RawMessage]{ID: "expense", Subject: json.RawMessage("1"), Requester: "eve", Policy: ofGroups(n,
		groups[:named]).Within(time.Hour)}
	r.RegisterWorkflowWithOptions(approval.NewWorkflow(approval.Options{}), workflow.RegisterOptions{Name: approval.WorkflowName})
	r.ExecuteWorkflow(approval.WorkflowName, q)
	var out approval.Outcome[json.RawMessage]
	require.NoError(t, r.GetWorkflowResult(&out))
	require.Equal(t, policy.StateApproved, out.State)
	text, err := json.Marshal(out)
	require.NoError(t, err)
	require.Less(t, len(text), 1<<20+1000, "the server takes 2 MB")
	return out
}

// An outcome fits into the result of a workflow, and says as much as fits.
func TestAnOutcomeFitsIntoAResult(t *testing.T) {
	t.Parallel()
	groups := []string{"finance"}
	for i := range policy.MaxGroups - 1 {
		groups = append(groups, fmt.Sprintf("%d%s", i, strings.Repeat("g", 180)))
	}
	out := crowd(t, 60, groups, 1, "ok")
	require.Len(t, out.Votes, 60)
	require.Equal(t, []string{"finance"}, out.Votes[0].Actor.Groups, "the policy names no other")
	require.Equal(t, "ok", out.Votes[59].Comment)

	out = crowd(t, 100, groups[:40], 40, strings.Repeat("\x01", 4<<10)) // six bytes of JSON for each
	require.Len(t, out.Votes, 100)
	require.LessOrEqual(t, len(out.Votes[99].Comment), 500+len("…"), "cut")
}

type amount struct {
	Cents int    `json:"cents"`
	To    string `json:"to"`
}

// A child does not know the type. An edit must look like the subject.
func TestAnEditInAChildLooksLikeTheSubject(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit any
		want policy.State
	}{
		"another amount":     {amount{8, "bob"}, policy.StateApproved},
		"text":               {"no amount", policy.StateExpired},
		"a list":             {[]int{1}, policy.StateExpired},
		"a part":             {map[string]any{"cents": 8}, policy.StateExpired},
		"a field more":       {map[string]any{"cents": 8, "to": "bob", "from": "eve"}, policy.StateExpired},
		"text for a number":  {map[string]any{"cents": "8", "to": "bob"}, policy.StateExpired},
		"a fraction":         {rawJSON(`{"cents":7.5,"to":"bob"}`), policy.StateExpired},
		"a hidden fraction":  {rawJSON(`{"cents":8.0,"to":"bob"}`), policy.StateExpired},
		"null":               {map[string]any{"cents": nil, "to": "bob"}, policy.StateExpired},
		"a field twice":      {rawJSON(`{"cents":8,"cents":9,"to":"bob"}`), policy.StateExpired},
		"the field, shouted": {rawJSON(`{"CENTS":8,"to":"bob"}`), policy.StateExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.RegisterWorkflowWithOptions(approval.NewWorkflow(approval.Options{}), workflow.RegisterOptions{Name: approval.WorkflowName})
			r.RegisterDelayedCallback(func() {
				_ = r.SignalWorkflowByID("gate-7", protocol.SignalVote, vote("1", "ann", policy.ChoiceApprove).with("subject", c.edit))
			}, time.Minute)
			r.ExecuteWorkflow(func(ctx workflow.Context) (approval.Outcome[amount], error) {
				return approval.AwaitChild(ctx, "gate-7", oneOf(amount{7, "bob"}))
			})
			var out approval.Outcome[amount]
			require.NoError(t, r.GetWorkflowResult(&out))
			require.Equal(t, c.want, out.State)
			require.Equal(t, map[policy.State]int{policy.StateApproved: 8, policy.StateExpired: 7}[out.State], out.Subject.Cents)
		})
	}
}

// What no shape can tell is an error that can be told from others.
func TestAnEditInAChildThatDoesNotFitAfterAll(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.RegisterWorkflowWithOptions(approval.NewWorkflow(approval.Options{}), workflow.RegisterOptions{Name: approval.WorkflowName})
	r.RegisterDelayedCallback(func() {
		_ = r.SignalWorkflowByID("gate-7", protocol.SignalVote, vote("1", "ann", policy.ChoiceApprove).with("subject", 300))
	}, time.Minute)
	r.ExecuteWorkflow(func(ctx workflow.Context) (approval.Outcome[int8], error) {
		return approval.AwaitChild(ctx, "gate-7", oneOf(int8(7)))
	})
	require.Equal(t, approval.ReasonInvalidRequest, reasonOf(r.GetWorkflowError()))
	require.ErrorContains(t, r.GetWorkflowError(), "the subject that was approved does not fit")
}
