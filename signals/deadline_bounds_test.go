package signals_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A deadline that is extended by ever so much does not come nearer, and its limit
// holds, also while it is paused.
func TestExtensionByTheLongestDuration(t *testing.T) {
	t.Parallel()
	for name, paused := range map[string]bool{"running": false, "paused": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				limited := signals.NewDeadline(ctx, time.Hour)
				limited.SetLimit(workflow.Now(ctx).Add(2 * time.Hour))
				free := signals.NewDeadline(ctx, time.Hour)
				if paused {
					require.NoError(t, limited.Pause(ctx))
					require.NoError(t, free.Pause(ctx))
				}
				require.ErrorContains(t, limited.Extend(ctx, math.MaxInt64), "its limit is")
				require.Equal(t, time.Hour, limited.Remaining(ctx))
				for range 3 {
					require.NoError(t, free.Extend(ctx, math.MaxInt64))
					require.Equal(t, time.Duration(math.MaxInt64), free.Remaining(ctx))
				}
				require.NoError(t, free.Shorten(ctx, math.MaxInt64))
				require.Zero(t, free.Remaining(ctx))
				limited.Stop()
				free.Stop()
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
		})
	}
}
