//go:build servers

package pgstore_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

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
