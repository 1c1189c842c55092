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

// A function that ends its transaction itself is told so, and what it has committed
// is not done again.
func TestTransactionsThatAreEnded(t *testing.T) {
	t.Parallel()
	declined := errors.New("card declined")
	for name, c := range map[string]struct {
		end    func(context.Context, pgx.Tx) error
		err    error // of the function
		want   error
		writes int
	}{
		"by Commit":                {func(ctx context.Context, tx pgx.Tx) error { return tx.Commit(ctx) }, nil, driver.ErrTxEnded, 1},
		"by Commit, then it fails": {func(ctx context.Context, tx pgx.Tx) error { return tx.Commit(ctx) }, declined, driver.ErrTxEnded, 1},
		"by Rollback":              {func(ctx context.Context, tx pgx.Tx) error { return tx.Rollback(ctx) }, nil, driver.ErrTxEnded, 0},
		"by Rollback, when it has failed": {
			func(ctx context.Context, tx pgx.Tx) error { return tx.Rollback(ctx) }, declined, declined, 0,
		},
		"by a statement": {
			func(ctx context.Context, tx pgx.Tx) error { _, err := tx.Exec(ctx, "ROLLBACK"); return err }, nil,
			driver.ErrTxEnded, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			_, err := s.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx pgx.Tx, r driver.Record) (driver.Completion, error) {
				f, err := charge(ctx, tx, r)
				require.NoError(t, err)
				require.NoError(t, c.end(ctx, tx))
				return f, c.err
			})
			require.ErrorIs(t, err, c.want)
			require.Equal(t, c.writes, s.charges(t))
			again, err := s.Claim(t.Context(), claim(1, 2))
			require.NoError(t, err)
			require.Equal(t, c.writes == 0, again.Won, "what was committed waits for a person")
			if c.writes > 0 {
				require.Equal(t, driver.StateIndeterminate, again.Record.State)
			}
		})
	}
}
