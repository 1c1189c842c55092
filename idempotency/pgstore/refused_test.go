//go:build servers

package pgstore_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
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
		"has an argument too few":         {text: chargeAnn, want: "mismatched param and argument count"},
		"divides by zero":                 {text: "SELECT 1 / $1::int", args: []any{0}, want: "22012"},
		"violates what is checked at the commit": {
			schema: deferred, text: "INSERT INTO charge SELECT 'ann', $1 FROM generate_series(1, 2)", args: []any{20}, want: "23505",
		},
	} {
		send := func(b *pgx.Batch) error { b.Queue(tc.text, tc.args...); return nil }
		for way, call := range map[string]func(context.Context, *shop) error{
			"a batch": func(ctx context.Context, s *shop) error {
				_, err := s.Batch(ctx, claim(1, 1), done, send)
				return err
			},
			"a batch that has found a record": func(ctx context.Context, s *shop) error {
				_, err := s.Claim(ctx, claim(1, 2))
				require.NoError(t, err)
				require.NoError(t, s.Release(ctx, ref(claim(1, 2), 1)))
				_, err = s.Batch(ctx, claim(1, 1), done, send)
				return err
			},
		} {
			t.Run(way+" with a statement that "+name, func(t *testing.T) {
				t.Parallel()
				s := open(t)
				if tc.schema != "" {
					_, err := s.Exec(t.Context(), tc.schema)
					require.NoError(t, err)
				}
				err := call(t.Context(), s)
				var refused *idempotency.StatementError
				require.ErrorAs(t, err, &refused)
				require.ErrorContains(t, err, tc.want)
				require.Zero(t, s.charges(t))
				rec, err := s.Get(t.Context(), claim(1, 1).Key)
				require.True(t, err != nil || rec.State == idempotency.Free, "nothing is recorded")
			})
		}
	}
	t.Run("a transaction whose commit violates a constraint", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Exec(t.Context(), deferred)
		require.NoError(t, err)
		_, err = s.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx pgx.Tx, r idempotency.Record) (idempotency.Final, error) {
			_, err := charge(ctx, tx, r)
			require.NoError(t, err)
			return charge(ctx, tx, r)
		})
		var refused *idempotency.StatementError
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "23505")
		nothing(t, s)
	})
	t.Run("a transaction that hides the error of its statement", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx pgx.Tx, _ idempotency.Record) (idempotency.Final, error) {
			_, err := tx.Exec(ctx, chargeAnn, -1)
			require.Error(t, err)
			return done, nil
		})
		var refused *idempotency.StatementError
		require.ErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "return it")
		nothing(t, s)
	})
	t.Run("the record's own statement is the store's", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Exec(t.Context(), "DROP TABLE idempotency_record")
		require.NoError(t, err)
		_, err = s.Batch(t.Context(), claim(1, 1), done, charging)
		var refused *idempotency.StatementError
		require.NotErrorAs(t, err, &refused)
		require.ErrorContains(t, err, "could not send the batch: the server answers SQLSTATE 42P01")
	})
}
