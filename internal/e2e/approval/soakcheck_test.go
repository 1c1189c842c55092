package approval_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// chain returns the histories of all runs from this one on.
func chain(t *testing.T, run client.WorkflowRun) []*historypb.History {
	t.Helper()
	var all []*historypb.History
	for runID := run.GetRunID(); runID != ""; {
		h := &historypb.History{Events: e2etest.History(t, temporal, run.GetID(), runID)}
		all = append(all, h)
		last := h.Events[len(h.Events)-1]
		runID = last.GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	}
	return all
}

// requireSound fails for a workflow task that failed, for a history that does not
// replay, and for two notices of one key.
func requireSound(t *testing.T, histories []*historypb.History) {
	t.Helper()
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{
		Interceptors: []interceptor.WorkerInterceptor{signals.NewInterceptor()},
	})
	require.NoError(t, err)
	r.RegisterWorkflow(Soak)
	keys := map[string]bool{}
	for i, h := range histories {
		for _, e := range h.Events {
			f := e.GetWorkflowTaskFailedEventAttributes()
			// After an update is refused, a worker that has the run in its cache may miss
			// events of the server's speculative tasks: it drops the run and reads all again.
			if f != nil && !strings.Contains(f.GetFailure().GetMessage(), "premature end of stream") {
				require.Equal(t, enumspb.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND, f.GetCause(), "run %d: %s", i, f.GetFailure().GetMessage())
			}
			scheduled := e.GetActivityTaskScheduledEventAttributes()
			if scheduled == nil {
				continue
			}
			var n approval.Notice
			require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(scheduled.GetInput(), &n))
			require.False(t, keys[n.Key], "two notices have the key %s", n.Key)
			keys[n.Key] = true
		}
		require.NoError(t, r.ReplayWorkflowHistory(e2etest.Quiet(), h), "run %d", i)
	}
}

// requireFair fails unless each gate has ended as its audit and its policy say, and
// each decision that was acknowledged is in it.
func requireFair(t *testing.T, c *crowd, got SoakResult) {
	t.Helper()
	people := newPeople(t, temporal, approvalclient.Options{})
	for i, out := range got.Outcomes {
		gate := strconv.Itoa(i)
		audit, err := people.Audit(t.Context(), approvalclient.Ref{WorkflowID: c.workflow}, gate)
		require.NoError(t, err)
		count := approvaltest.Recount(t, soakPolicy(i), policy.LintOptions{Requester: "eve"}, audit, actor)
		require.Equal(t, count.State, out.State, "gate %d: %+v", i, audit.Entries)
		require.Equal(t, count.Round, out.Round, "gate %d", i)
		require.Len(t, out.Votes, len(count.Votes), "gate %d", i)
		require.True(t, out.State.IsClosed())

		type decision struct {
			actor  string
			choice policy.Choice
		}
		counted := map[decision]int{}
		for _, e := range audit.Entries {
			if e.Kind == policy.AuditVote {
				require.NotContains(t, []string{"eve", "mallory", "max"}, e.Actor)
				require.True(t, e.Actor != "dan" || e.For != "", "dan decides for others only")
				counted[decision{e.Actor, e.Choice}]++
			}
		}
		for _, a := range c.ack[gate] {
			if a.choice != "" {
				d := decision{a.actor, a.choice}
				counted[d]--
				require.GreaterOrEqual(t, counted[d], 0, "gate %d: a decision of %s was acknowledged and is not counted: %+v", i, a.actor,
					audit.Entries)
			}
			if a.receipt.State.IsClosed() {
				require.Equal(t, a.receipt.State, out.State, "gate %d", i)
			}
		}
	}
	require.Empty(t, slices.DeleteFunc(slices.Clone(got.Outcomes),
		func(o approval.Outcome[string]) bool { return o.State != policy.StateOpen }))
}
