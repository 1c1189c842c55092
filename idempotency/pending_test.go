package idempotency_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// Work that is completed elsewhere is completed for the activity that has begun
// it. Another one of the same key does not wait in vain: it asks again, until
// a person says what came of it.
func TestPendingForAnotherActivity(t *testing.T) {
	t.Parallel()
	r, env := newFixture(t), testenv.New()
	r.guard = guardOn(r.memory)
	begin := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) {
		r.calls++
		return 0, activity.ErrResultPending
	}, idempotency.ActivityOptions{Key: idempotency.KeyFunc(func(o order) string { return o.ID })})
	env.RegisterActivityWithOptions(begin, activity.RegisterOptions{Name: "Begin"})
	env.ExecuteWorkflow(func(ctx workflow.Context) (got int, err error) {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			StartToCloseTimeout: time.Hour,
			RetryPolicy:         &temporal.RetryPolicy{MaximumAttempts: 1},
		})
		workflow.ExecuteActivity(ctx, "Begin", o1) // no one completes it
		require.NoError(t, workflow.Sleep(ctx, time.Second))
		err = workflow.ExecuteActivity(ctx, "Begin", o1).Get(ctx, nil)
		require.Equal(t, idempotency.ReasonInProgress, reasonOf(err), "%v", err)
		var app *temporal.ApplicationError
		require.ErrorAs(t, err, &app)
		require.Equal(t, time.Minute, app.NextRetryDelay())

		all, err := r.guard.List(context.Background(), driver.Query{State: driver.StatePending, Limit: 9})
		require.NoError(t, err)
		require.NoError(t, r.guard.Resolve(context.Background(), all[0].Key, all[0].Fence, 7))
		err = workflow.ExecuteActivity(ctx, "Begin", o1).Get(ctx, &got)
		return got, err
	})
	var got int
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, 7, got)
	require.Equal(t, 1, r.calls)
}
