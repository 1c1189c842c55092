//go:build servers

package pgstore_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
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
		"a port that no one listens at": {func(c *pgxpool.Config) {
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

// TestRefusedStatements wants the error of a statement that the database refuses
// to be told from that of a store that is down: it decides about a retry.
func TestRefusedStatements(t *testing.T) {
	t.Parallel()
	const deferred = "ALTER TABLE charge ADD CONSTRAINT once UNIQUE (customer) DEFERRABLE INITIALLY DEFERRED"
	for name, tc := range map[string]struct {
		schema string
		text   string
		args   []any
		want   string
	}{
		"violates a CHECK":                {text: chargeAnn, args: []any{-1}, want: "23514"},
		"names a table that is not there": {text: "INSERT INTO nowhere VALUES ($1)", args: []any{1}, want: "42P01"},
		"has an argument of another type": {text: chargeAnn, args: []any{struct{}{}}, want: "unable to encode"},
		"has an argument too few":         {text: chargeAnn, want: "42P02"},
		"divides by zero":                 {text: "SELECT 1 / $1::int", args: []any{0}, want: "22012"},
		"violates what is checked at the commit": {
			schema: deferred, text: "INSERT INTO charge SELECT 'ann', $1 FROM generate_series(1, 2)", args: []any{20}, want: "23505",
		},
	} {
		t.Run("a statement that "+name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			if tc.schema != "" {
				_, err := s.Exec(t.Context(), tc.schema)
				require.NoError(t, err)
			}
			_, err := s.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx pgx.Tx, _ driver.Record) (driver.Completion, error) {
				_, err := tx.Exec(ctx, tc.text, tc.args...)
				return done, err
			})
			require.ErrorContains(t, err, tc.want)
			var refused *driver.StatementError
			require.Equal(t, tc.schema != "", errors.As(err, &refused), "the commit is the database's answer, and not the function's")
			nothing(t, s)
		})
	}
	t.Run("a transaction whose commit violates a constraint", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Exec(t.Context(), deferred)
		require.NoError(t, err)
		_, err = s.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx pgx.Tx, r driver.Record) (driver.Completion, error) {
			_, err := charge(ctx, tx, r)
			require.NoError(t, err)
			return charge(ctx, tx, r)
		})
		var refused *driver.StatementError
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "23505")
		nothing(t, s)
	})
	t.Run("a transaction that hides the error of its statement", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx pgx.Tx, _ driver.Record) (driver.Completion, error) {
			_, err := tx.Exec(ctx, chargeAnn, -1)
			require.Error(t, err)
			return done, nil
		})
		var refused *driver.StatementError
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "return it")
		nothing(t, s)
	})
	t.Run("the record's own statement is the store's", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Exec(t.Context(), "DROP TABLE idempotency_record")
		require.NoError(t, err)
		_, err = s.Transact(t.Context(), claim(1, 1), charge)
		var refused *driver.StatementError
		require.NotErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "could not claim a record: the server answers SQLSTATE 42P01")
	})
}
