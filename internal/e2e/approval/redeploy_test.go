package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A workflow asks for Exact on a worker without the interceptor: its task fails
// and says what to do, votes that come meanwhile are kept, and the run goes on
// by itself with the next deployment.
func TestExactHealsOnRedeploy(t *testing.T) {
	t.Parallel()
	broken := e2etest.StartProcess(t, "redeploy", plainEnv+"=1")
	run := start(t, "redeploy", Gate, Case{Ties: signals.DeadlineHistoryOrder, Policy: policy.Quorum(1, "finance"), Deadline: time.Minute})
	events := e2etest.WaitForEvents(t, temporal, run, taskFailed, 1)
	failure := events[len(events)-1].GetWorkflowTaskFailedEventAttributes().GetFailure()
	require.Contains(t, failure.GetMessage(), "add signals.NewInterceptor() to worker.Options.Interceptors")
	requireStuck(t, run) // from the second attempt on, the server refuses updates at once

	receipt, err := vote(t, run, "ann", unanswered)
	require.NoError(t, err)
	require.True(t, receipt.Queued)
	broken.Kill()
	e2etest.StartProcess(t, "redeploy")
	var got policy.State
	require.NoError(t, run.Get(t.Context(), &got))
	require.Equal(t, policy.StateApproved, got)
}
