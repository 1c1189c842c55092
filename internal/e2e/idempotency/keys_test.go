package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

// The same activity with keys that reach further and further, and one that fails.
const (
	byRun      = "ByRun"
	byChain    = "ByChain"
	byBusiness = "ByBusiness"
	slow       = "Slow"
)

func charging(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		ActivityID: "1", StartToCloseTimeout: time.Minute,
		HeartbeatTimeout: time.Second,
	})
}

// Again charges, and then continues as new, or fails, once.
func Again(ctx workflow.Context, name string, o Order, how string) error {
	if err := workflow.ExecuteActivity(charging(ctx), name, o).Get(ctx, nil); err != nil {
		return err
	}
	switch {
	case how == "continues as new":
		return workflow.NewContinueAsNewError(ctx, Again, name, o, "")
	case how == "is retried" && workflow.GetInfo(ctx).Attempt == 1:
		return errors.New("once more")
	}
	return nil
}

// WithChild charges, and lets a child workflow charge.
func WithChild(ctx workflow.Context, name string, o Order) error {
	if err := workflow.ExecuteActivity(charging(ctx), name, o).Get(ctx, nil); err != nil {
		return err
	}
	return workflow.ExecuteChildWorkflow(ctx, Again, name, o, "").Get(ctx, nil)
}

// WithLocal charges in a local activity, whose ID is 1, and in a regular one that
// has the same.
func WithLocal(ctx workflow.Context, name string, o Order) error {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: time.Minute})
	if err := workflow.ExecuteLocalActivity(local, name, o).Get(ctx, nil); err != nil {
		return err
	}
	return workflow.ExecuteActivity(charging(ctx), name, o).Get(ctx, nil)
}

// How often an order is charged, by how far its key reaches: the service honours
// keys, so that each charge is another key.
func TestKeys(t *testing.T) {
	t.Parallel()
	r := newFixture(t, sqlite(t), payments.Options{})
	start := func(t *testing.T, id string, fn any, args ...any) client.WorkflowRun {
		t.Helper()
		o := client.StartWorkflowOptions{
			ID: r.queue + id, TaskQueue: r.queue,
			RetryPolicy: &temporal.RetryPolicy{InitialInterval: 100 * time.Millisecond, MaximumAttempts: 2},
		}
		run, err := server.ExecuteWorkflow(t.Context(), o, fn, args...)
		require.NoError(t, err)
		require.NoError(t, run.Get(t.Context(), nil))
		return run
	}
	for name, c := range map[string]struct {
		run     func(t *testing.T, activity string, o Order)
		charges [3]int // by run, by chain, by business
	}{
		"continues as new": {func(t *testing.T, a string, o Order) { start(t, o.ID, Again, a, o, "continues as new") }, [3]int{2, 1, 1}},
		"is retried":       {func(t *testing.T, a string, o Order) { start(t, o.ID, Again, a, o, "is retried") }, [3]int{2, 1, 1}},
		"has a child":      {func(t *testing.T, a string, o Order) { start(t, o.ID, WithChild, a, o) }, [3]int{2, 2, 1}},
		"a local activity": {func(t *testing.T, a string, o Order) { start(t, o.ID, WithLocal, a, o) }, [3]int{2, 1, 1}},
		"is reset": {func(t *testing.T, a string, o Order) {
			run := start(t, o.ID, Again, a, o, "")
			_, err := server.ResetWorkflowExecution(t.Context(), &workflowservice.ResetWorkflowExecutionRequest{
				Namespace: client.DefaultNamespace, WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: run.GetID(), RunId: run.GetRunID()},
				RequestId: run.GetID(), Reason: "a test", WorkflowTaskFinishEventId: 4, // of the first workflow task
			})
			require.NoError(t, err)
			require.NoError(t, server.GetWorkflow(t.Context(), run.GetID(), "").Get(t.Context(), nil))
		}, [3]int{2, 1, 1}},
		"two workflows": {func(t *testing.T, a string, o Order) {
			start(t, o.ID, Again, a, o, "")
			start(t, o.ID+"-2", Again, a, o, "")
		}, [3]int{2, 2, 1}},
	} {
		for i, a := range []string{byRun, byChain, byBusiness} {
			t.Run(name+"/"+a, func(t *testing.T) {
				t.Parallel()
				o := Order{ID: name + a}
				c.run(t, a, o)
				require.Equal(t, c.charges[i], r.service.Ledger()[o.ID].Charges)
			})
		}
	}
}

// slow charges and fails, twice, and wants to come back in an hour then.
func (s service) slow(ctx context.Context, o Order) (string, error) {
	receipt, err := s.charge(ctx, o)
	if err != nil {
		return "", err
	}
	switch s.charged(ctx, o) {
	case 1:
		return "", errors.New("once more")
	case 2:
		return "", temporal.NewApplicationErrorWithOptions("later", "Later", temporal.ApplicationErrorOptions{NextRetryDelay: time.Hour})
	}
	return receipt, nil
}

// A person resets an activity: its attempts are counted from 1 again, and the
// record is not confused by that.
func TestActivityIsReset(t *testing.T) {
	t.Parallel()
	r := newFixture(t, sqlite(t), payments.Options{})
	run, err := server.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: r.queue + "-reset", TaskQueue: r.queue}, Once, slow,
		Order{ID: "reset"})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		d, err := server.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
		return err == nil && len(d.GetPendingActivities()) == 1 && d.GetPendingActivities()[0].GetAttempt() == 3
	}, soon, tick, "it does not wait for its third attempt")
	_, err = server.WorkflowService().ResetActivity(t.Context(), &workflowservice.ResetActivityRequest{
		Namespace: client.DefaultNamespace, Execution: &commonpb.WorkflowExecution{WorkflowId: run.GetID()},
		Activity: &workflowservice.ResetActivityRequest_Type{Type: slow},
	})
	require.NoError(t, err)
	require.NoError(t, run.Get(t.Context(), nil))
	kept := r.records()
	require.Len(t, kept, 1)
	require.EqualValues(t, 1, kept[0].Info.Attempt, "as if it were the first")
	require.EqualValues(t, 3, kept[0].Fence, "and it is not")
	require.Equal(t, payments.Entry{Order: "reset", Charges: 1, Requests: 3, Cents: 1}, r.service.Ledger()["reset"])
}
