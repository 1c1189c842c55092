//go:build servers

package pgstore_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// TestActivities runs each activity twice under one activity ID, as attempts
// do: the second gets what the first has returned.
func TestActivities(t *testing.T) {
	t.Parallel()
	s := open(t)
	guard := idempotency.NewGuard(s, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	once := func(key string) idempotency.ActivityOptions {
		return idempotency.ActivityOptions{Key: idempotency.KeyFunc(func(int) string { return key })}
	}
	for name, book := range map[string]func(context.Context, int) (string, error){
		"InTx": idempotency.InTx(guard, s.Store, func(ctx context.Context, tx pgx.Tx, euros int) (string, error) {
			_, err := tx.Exec(ctx, chargeAnn, euros)
			return "booked", err
		}, once("transaction")),
	} {
		t.Run(name, func(t *testing.T) {
			before := s.charges(t)
			var suite testsuite.WorkflowTestSuite
			suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
			env := suite.NewTestWorkflowEnvironment()
			env.RegisterActivityWithOptions(book, activity.RegisterOptions{Name: "Book"})
			env.ExecuteWorkflow(func(ctx workflow.Context) ([]string, error) {
				ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{ActivityID: name, StartToCloseTimeout: time.Minute})
				all := make([]string, 2)
				for i := range all {
					if err := workflow.ExecuteActivity(ctx, "Book", 20).Get(ctx, &all[i]); err != nil {
						return nil, err
					}
				}
				return all, nil
			})
			var all []string
			require.NoError(t, env.GetWorkflowResult(&all))
			require.Equal(t, []string{"booked", "booked"}, all)
			require.Equal(t, before+1, s.charges(t))
		})
	}
}
