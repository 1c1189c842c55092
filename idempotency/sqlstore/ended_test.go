package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

func TestTransactionsThatAreEnded(t *testing.T) {
	t.Parallel()
	testEnded(t, func(t *testing.T) database { return openSQLite(t) })
}

// testEnded is for both dialects: a function that ends its transaction itself is told
// so, and what it has committed is not done again.
func testEnded(t *testing.T, open func(t *testing.T) database) {
	declined := errors.New("card declined")
	for name, c := range map[string]struct {
		end    func(*sql.Tx) error
		err    error // of the function
		want   error
		writes int
	}{
		"by Commit":                       {(*sql.Tx).Commit, nil, driver.ErrTxEnded, 1},
		"by Commit, then it fails":        {(*sql.Tx).Commit, declined, driver.ErrTxEnded, 1},
		"by Rollback":                     {(*sql.Tx).Rollback, nil, driver.ErrTxEnded, 0},
		"by Rollback, when it has failed": {(*sql.Tx).Rollback, declined, declined, 0},
		"by a statement": {
			func(tx *sql.Tx) error { _, err := tx.ExecContext(context.Background(), "ROLLBACK"); return err },
			nil, driver.ErrTxEnded, 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			store := db.store(t)
			_, err := store.Transact(t.Context(), claim(1, 1), func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
				charge(t, tx)
				require.NoError(t, c.end(tx))
				return done, c.err
			})
			require.ErrorIs(t, err, c.want)
			require.Equal(t, c.writes, db.charges(t))
			again, err := store.Claim(t.Context(), claim(1, 2))
			require.NoError(t, err)
			require.Equal(t, c.writes == 0, again.Won, "what was committed waits for a person")
			if c.writes > 0 {
				require.Equal(t, driver.StateIndeterminate, again.Record.State)
			}
		})
	}
}
