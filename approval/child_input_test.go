package approval_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// What is no request ends the workflow of a gate for good: a retry would read the
// same, and a failed workflow task would be tried for ever.
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
			require.Equal(t, approval.ReasonInvalidRequest, approval.ReasonOf(err), "%v", err)
			require.ErrorContains(t, err, "start it with an approval.Request")
			var app *temporal.ApplicationError
			require.ErrorAs(t, err, &app)
			require.True(t, app.NonRetryable())
		})
	}
}
