package aitool_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/examples/recipes/aitool"
)

func TestRun(t *testing.T) {
	t.Parallel()
	edited := aitool.Call{Tool: "delete", Arguments: json.RawMessage(`{"table":"copy"}`), Dangerous: true}
	for name, c := range map[string]struct {
		decide func(d *approvaltest.Driver)
		calls  []string // arguments
		result string
	}{
		"an operator approves": {
			decide: func(d *approvaltest.Driver) { d.Approve(time.Hour, "call-2", "ann", "operators") },
			calls:  []string{`{}`, `{"table":"old"}`}, result: "done",
		},
		"an operator changes the arguments": {
			decide: func(d *approvaltest.Driver) {
				v := approvaltest.Yes("ann", "operators")
				v.Subject = edited
				d.Vote(time.Hour, "call-2", v)
			},
			calls: []string{`{}`, `{"table":"copy"}`}, result: "done",
		},
		"an operator rejects": {
			decide: func(d *approvaltest.Driver) { d.Reject(time.Hour, "call-2", "ann", "operators") },
			calls:  []string{`{}`}, result: "delete was not called: rejected",
		},
		"no one decides": {
			decide: func(*approvaltest.Driver) {}, calls: []string{`{}`}, result: "delete was not called: expired",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestWorkflowEnvironment()
			// The model reads, then deletes, then repeats the last result.
			think := func(_ context.Context, transcript []string) (aitool.Turn, error) {
				switch len(transcript) {
				case 1:
					return aitool.Turn{Call: &aitool.Call{Tool: "read", Arguments: json.RawMessage(`{}`)}}, nil
				case 2:
					return aitool.Turn{Call: &aitool.Call{Tool: "delete", Arguments: json.RawMessage(`{"table":"old"}`), Dangerous: true}}, nil
				default:
					return aitool.Turn{Result: transcript[2]}, nil
				}
			}
			var calls []string
			call := func(_ context.Context, c aitool.Call) (string, error) {
				calls = append(calls, string(c.Arguments))
				return "done", nil
			}
			env.RegisterActivityWithOptions(think, activity.RegisterOptions{Name: "Think"})
			env.RegisterActivityWithOptions(call, activity.RegisterOptions{Name: "Call"})
			c.decide(approvaltest.New(t, env))
			env.ExecuteWorkflow(aitool.Run, "tidy up")
			var result string
			require.NoError(t, env.GetWorkflowResult(&result))
			require.Equal(t, c.result, result)
			require.Equal(t, c.calls, calls)
		})
	}
}
