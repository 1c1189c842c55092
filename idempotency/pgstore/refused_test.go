//go:build servers

package pgstore_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

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
