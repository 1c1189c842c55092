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
	commits bool // they commit all the same
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
