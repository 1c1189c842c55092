package idempotency_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// Work that is completed elsewhere is completed by its ID, whatever attempt waits for
// that. The token of an attempt before is of no use.
func TestCompletionByID(t *testing.T) {
	t.Parallel()
	tokens := make(chan []byte, 1)
	b := newBench(t, idempotency.ActivityOptions{PassThrough: true}, func(ctx context.Context, b *bench) (string, error) {
		b.note(ctx)
		tokens <- activity.GetInfo(ctx).TaskToken
		return "", activity.ErrResultPending
	}, func(ctx workflow.Context) (string, error) {
		return worked(ctx, workflow.ActivityOptions{ActivityID: "ask", StartToCloseTimeout: time.Second})
	})
	run, token := b.start(""), <-tokens
	require.Eventually(t, func() bool {
		d, err := server.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
		return err == nil && len(d.GetPendingActivities()) == 1 && d.GetPendingActivities()[0].GetAttempt() > 1
	}, soon, tick)
	var gone *serviceerror.NotFound
	require.ErrorAs(t, server.CompleteActivity(t.Context(), token, "by its token", nil), &gone)
	require.Eventually(t, func() bool {
		return server.CompleteActivityByID(t.Context(), client.DefaultNamespace, run.GetID(), "", "ask", "by its ID", nil) == nil
	}, soon, tick, "between two attempts there is nothing to complete")
	var got string
	require.NoError(t, run.Get(t.Context(), &got))
	require.Equal(t, "by its ID", got)
	require.Len(t, b.keys, 1, "it was asked once")
}
