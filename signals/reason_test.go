package signals_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// The reason of an error is the same in the activity that got it, in its workflow
// and in what the workflow's caller sees.
func TestReasonCrossesBoundaries(t *testing.T) {
	t.Parallel()
	note := signals.New[string]("note")
	send := func(ctx context.Context) error {
		err := note.Send(ctx, &fakeClient{err: serviceerror.NewNotFound("gone")}, signals.Ref{WorkflowID: "order"}, "x")
		require.ErrorIs(t, err, signals.ReasonNoWorkflow)
		var notFound *serviceerror.NotFound
		require.ErrorAs(t, err, &notFound)
		return fmt.Errorf("telling the order: %w", err)
	}
	env := testenv.New()
	env.RegisterActivity(send)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1},
		})
		err := workflow.ExecuteActivity(ctx, send).Get(ctx, nil)
		reason, ok := signals.ReasonOf(err)
		require.True(t, ok)
		require.Equal(t, signals.ReasonNoWorkflow, reason)
		return err
	})
	reason, ok := signals.ReasonOf(env.GetWorkflowError())
	require.True(t, ok)
	require.Equal(t, signals.ReasonNoWorkflow, reason)

	_, ok = signals.ReasonOf(errors.New("signals.NoWorkflow"))
	require.False(t, ok)
}
