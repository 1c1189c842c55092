package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

func TestBudgetContinuesAsNewWithOptions(t *testing.T) {
	t.Parallel()
	next := func(workflow.Context) error { return nil }
	for name, o := range map[string]workflow.ContinueAsNewErrorOptions{
		"no options":      {},
		"a retry policy":  {RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 2}},
		"a delayed start": {BackoffStartInterval: time.Minute},
		"an upgrade":      {InitialVersioningBehavior: workflow.ContinueAsNewVersioningBehaviorAutoUpgrade},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The second interceptor is called by the first, not by the SDK.
			env := testenv.New(timeouts.NewInterceptor(), timeouts.NewInterceptor())
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				ctx = timeouts.WithBudget(ctx, timeouts.NewBudget(ctx, time.Hour))
				return workflow.NewContinueAsNewErrorWithOptions(ctx, o, next)
			})
			var again *workflow.ContinueAsNewError
			require.ErrorAs(t, env.GetWorkflowError(), &again)
			require.Contains(t, again.Header.GetFields(), "temporal-patterns.budget")
			require.Equal(t, o.RetryPolicy, again.RetryPolicy)
			require.Equal(t, o.BackoffStartInterval, again.BackoffStartInterval)
			require.Equal(t, o.InitialVersioningBehavior, again.InitialVersioningBehavior)
		})
	}
}
