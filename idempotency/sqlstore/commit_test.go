package sqlstore_test

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

var errReset = errors.New("connection reset by peer")

// A faulty connector's transactions say that their commit has failed.
type faulty struct {
	of      *sql.DB
	commits bool // they commit nevertheless
}

func (f faulty) Driver() sqldriver.Driver { return f.of.Driver() }

func (f faulty) Connect(ctx context.Context) (sqldriver.Conn, error) {
	conn, err := f.of.Conn(ctx)
	if err != nil {
		return nil, err
	}
	c := &faultyConn{conn: conn, commits: f.commits}
	return c, conn.Raw(func(raw any) error { c.allOf = raw.(allOf); return nil })
}

// allOf is what database/sql uses of a driver's connection.
type allOf interface {
	sqldriver.Conn
	sqldriver.ConnBeginTx
	sqldriver.ExecerContext
	sqldriver.QueryerContext
}

type faultyConn struct {
	allOf
	conn    *sql.Conn
	commits bool
}

func (c *faultyConn) Close() error { return c.conn.Close() }

func (c *faultyConn) BeginTx(ctx context.Context, opts sqldriver.TxOptions) (sqldriver.Tx, error) {
	tx, err := c.allOf.BeginTx(ctx, opts)
	return faultyTx{tx, c.commits}, err
}

type faultyTx struct {
	sqldriver.Tx
	commits bool
}

func (t faultyTx) Commit() error {
	if !t.commits {
		return errors.Join(errReset, t.Rollback())
	}
	return errors.Join(errReset, t.Tx.Commit())
}

func TestTransactWhenACommitFails(t *testing.T) {
	t.Parallel()
	for name, commits := range map[string]bool{
		"says that it won when the record is there": true,
		"returns the error when it is not":          false,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := openSQLite(t)
			sound := db.store(t)
			broken := sql.OpenDB(faulty{of: db.DB, commits: commits})
			t.Cleanup(func() { broken.Close() })
			store, err := sqlstore.New(broken, sqlstore.DialectSQLite, sqlstore.Options{})
			require.NoError(t, err)
			run := func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
				charge(t, tx)
				return done, nil
			}
			got, err := store.Transact(t.Context(), claim(1, 1), run)
			if commits {
				require.NoError(t, err)
				require.Equal(t, done.Result, got.Record.Result)
			} else {
				require.ErrorIs(t, err, errReset)
			}
			require.Equal(t, commits, got.Won)

			_, err = sound.Transact(t.Context(), claim(1, 2), run)
			require.NoError(t, err)
			require.Equal(t, 1, db.charges(t), "a second attempt does it only when it has not happened")
		})
	}
}

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
