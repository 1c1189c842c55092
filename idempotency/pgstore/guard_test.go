//go:build servers

package pgstore_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
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

// TestAccounts works with an account that may read and write, and nothing else.
func TestAccounts(t *testing.T) {
	t.Parallel()
	owner := open(t)
	var schema string
	require.NoError(t, owner.QueryRow(t.Context(), "SELECT current_schema()").Scan(&schema))
	role := schema + "_clerk"
	for _, statement := range []string{
		"CREATE ROLE %[1]s LOGIN PASSWORD 'clerk'",
		"GRANT USAGE ON SCHEMA %[2]s TO %[1]s",
		"GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_record TO %[1]s",
	} {
		_, err := owner.Exec(t.Context(), fmt.Sprintf(statement, role, schema))
		require.NoError(t, err)
	}
	config, err := pgxpool.ParseConfig(storetest.PostgreSQL(t))
	require.NoError(t, err)
	config.ConnConfig.User, config.ConnConfig.Password = role, "clerk"
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)

	clerk, err := pgstore.New(pool, pgstore.Options{Schema: schema})
	require.NoError(t, err)
	require.NoError(t, clerk.Migrate(t.Context()), "there is nothing to create")
	got, err := clerk.Claim(t.Context(), claim(1, 1))
	require.NoError(t, err)
	require.True(t, got.Won)
	require.NoError(t, clerk.Finish(t.Context(), ref(claim(1, 1), 1), done))
	seen, err := owner.Get(t.Context(), claim(1, 1).Key)
	require.NoError(t, err)
	require.Equal(t, driver.StateCompleted, seen.State, "both use the same table")
	require.NoError(t, clerk.Delete(t.Context(), claim(1, 1).Key))
	_, err = clerk.Sweep(t.Context(), 10)
	require.NoError(t, err)

	other, err := pgstore.New(pool, pgstore.Options{Schema: schema, Table: "other"})
	require.NoError(t, err)
	require.ErrorContains(t, other.Migrate(t.Context()), "42501", "permission is denied")
	_, err = pgstore.New(pool, pgstore.Options{Table: "a; DROP TABLE b"})
	require.ErrorContains(t, err, "cannot be the name")
}
