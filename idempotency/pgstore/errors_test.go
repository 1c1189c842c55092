//go:build servers

package pgstore_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

// Temporal records errors of activities: they say what is wrong, and nothing of
// the database's account, host and name.
func TestErrorsKeepSecrets(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*pgxpool.Config)
		want   string
	}{
		"an account that is not there": {func(c *pgxpool.Config) { c.ConnConfig.User = "hush" }, "the server answers SQLSTATE 28000"},
		"a database that is not there": {func(c *pgxpool.Config) { c.ConnConfig.Database = "hush" }, "the server answers SQLSTATE 3D000"},
		"a host that is not there":     {func(c *pgxpool.Config) { c.ConnConfig.Host = "hush.invalid" }, "the server's name cannot be resolved"},
		"a port that nobody listens at": {func(c *pgxpool.Config) {
			c.ConnConfig.Host, c.ConnConfig.Port = "127.0.0.1", 1
		}, "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config, err := pgxpool.ParseConfig(storetest.PostgreSQL(t))
			require.NoError(t, err)
			tc.change(config)
			pool, err := pgxpool.NewWithConfig(t.Context(), config)
			require.NoError(t, err)
			t.Cleanup(pool.Close)
			store, err := pgstore.New(pool, pgstore.Options{})
			require.NoError(t, err)
			_, err = store.Claim(t.Context(), claim(1, 1))
			require.EqualError(t, err, "idempotency: could not claim a record: "+tc.want)
			require.NoError(t, errors.Unwrap(err), "Temporal records what an error wraps")
			var connect *pgconn.ConnectError
			require.ErrorAs(t, err, &connect, "programs still find the driver's error")
			_, err = store.Transact(t.Context(), claim(1, 1), charge)
			require.EqualError(t, err, "idempotency: could not begin: "+tc.want)
			require.NotContains(t, err.Error(), "127.0.0.1")
		})
	}
}
