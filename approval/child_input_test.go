package approval_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// What is no request ends the workflow of a gate for good: a retry would read the
// same, and a failed workflow task would be tried forever.
func TestWorkflowArgumentThatCannotBeRead(t *testing.T) {
	t.Parallel()
	tests := map[string]any{
		"a number":                   7,
		"no argument":                nil,
		"bytes":                      []byte("no JSON"),
		"a duration of another kind": map[string]any{"ID": "expense", "Requester": "eve", "Policy": map[string]any{"deadline": true}},
		"an unknown policy field":    map[string]any{"ID": "expense", "Requester": "eve", "Policy": map[string]any{"quorumm": 1}},
	}
	for name, argument := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.RegisterWorkflowWithOptions(approval.NewWorkflow(approval.Options{}), workflow.RegisterOptions{Name: approval.WorkflowName})
			r.ExecuteWorkflow(approval.WorkflowName, argument)
			err := r.GetWorkflowError()
			require.Equal(t, approval.ReasonInvalidRequest, reasonOf(err), "%v", err)
			require.ErrorContains(t, err, "start it with an approval.Request")
			var app *temporal.ApplicationError
			require.ErrorAs(t, err, &app)
			require.True(t, app.NonRetryable())
		})
	}
}

// A request that the server would not take for a child is an error in the parent,
// and no workflow task that fails again and again.
func TestAwaitChildRefusesALargeRequest(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.ExecuteWorkflow(func(ctx workflow.Context) error {
		req := request()
		req.Roster = policy.GroupMembers{}
		for i := range 12_000 {
			req.Roster["finance"] = append(req.Roster["finance"], fmt.Sprint(i, strings.Repeat("x", 100)))
		}
		_, err := approval.AwaitChild(ctx, "child", req)
		return err
	})
	err := r.GetWorkflowError()
	require.Equal(t, approval.ReasonInvalidRequest, reasonOf(err), "%v", err)
	require.ErrorContains(t, err, "name fewer people")
}
