package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// What was counted has its receipt while notices hold up the end of the run, as
// before and after: a caller who sends it again does not hear that it came too late.
func TestDecisionsThatAreSentAgainWhileARunEnds(t *testing.T) {
	t.Parallel()
	r := newRun(t, signals.NewInterceptor())
	r.RegisterActivityWithOptions(down, activityName("Tell"))
	no := vote("1", "ann", policy.ChoiceReject)
	r.update(time.Minute, no)
	r.update(2*time.Minute, no)
	r.update(3*time.Minute, no.with("comment", "once more"))
	r.update(4*time.Minute, vote("1", "bob", policy.ChoiceApprove))
	r.ExecuteWorkflow(notified(slowly(), func(workflow.Context, *approval.Gates, outcome, error) error { return nil }))
	require.NoError(t, r.GetWorkflowError())
	require.Equal(t, []approval.Reason{"Duplicate", approval.ReasonKeyReused, approval.ReasonClosed}, r.refusals)
	require.ErrorContains(t, r.errs[2], "the workflow has ended")
}
