package budgetctx_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts/internal/budgetctx"
)

func TestEnd(t *testing.T) {
	t.Parallel()
	_, ok := budgetctx.End(t.Context())
	require.False(t, ok)
	end := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	got, ok := budgetctx.End(budgetctx.WithEnd(t.Context(), end))
	require.True(t, ok)
	require.Equal(t, end, got)
}

func TestCut(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		require.False(t, budgetctx.IsCut(ctx))
		cut := budgetctx.WithCut(ctx, true)
		require.True(t, budgetctx.IsCut(cut))
		require.False(t, budgetctx.IsCut(budgetctx.WithCut(cut, false)))
		require.Equal(t, ctx, budgetctx.WithCut(ctx, false), "no context for no change")
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
}
