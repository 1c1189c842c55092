package patterns_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// An attempt that a breaker holds back has not begun, so nothing is in doubt; and
// what is replayed asks no breaker.
func TestPluginWithIdempotency(t *testing.T) {
	t.Parallel()
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	asked, charged := 0, 0
	plugin, err := patterns.NewPlugin(patterns.Options{
		Idempotency: guard.Interceptor(map[string]idempotency.ActivityOptions{"Charge": {
			ReviewAbandoned: true,
			Key:             func([]any) (string, error) { return "order-7", nil },
		}}),
		Retry: retry.InterceptorOptions{Before: func(context.Context) error {
			if asked++; asked == 1 {
				return errors.New("the breaker is open")
			}
			return nil
		}},
	})
	require.NoError(t, err)
	env := testenv.New()
	env.SetWorkerOptions(worker.Options{Plugins: []worker.Plugin{plugin}})
	env.RegisterActivityWithOptions(func(context.Context) (string, error) { charged++; return "receipt", nil },
		activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{ActivityID: "same", StartToCloseTimeout: time.Minute})
		for range 2 {
			var receipt string
			if err := workflow.ExecuteActivity(ctx, "Charge").Get(ctx, &receipt); err != nil {
				return err
			}
			require.Equal(t, "receipt", receipt)
		}
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 2, asked)
	require.Equal(t, 1, charged)
}
