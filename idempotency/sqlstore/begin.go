package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/bounded"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/sqlrecords"
)

// Transact claims c.Key, calls run and writes what it returns, all in one
// transaction, as [driver.Transactor] says. Statements of run that are not
// sent through tx are no part of it. run must not end tx itself: Transact then returns
// [driver.ErrTxEnded].
//
// A second call with the same key waits for the first one to end, at most for
// c.Lease. Meanwhile it has a connection for a tenth of a second at a time. With
// PostgreSQL it returns then that the key is not won. With SQLite, whose writers
// wait for each other whatever their keys, it returns the driver's error that the
// database is locked, and the caller may try again. How long the statements of run wait for
// locks is up to the connection's own settings.
func (s *Store) Transact(ctx context.Context, c driver.Claim,
	run func(ctx context.Context, tx *sql.Tx, r driver.Record) (driver.Completion, error),
) (driver.ClaimResult, error) {
	begin := s.beginPostgreSQL
	if s.dialect == DialectSQLite {
		begin = s.beginSQLite
	}
	return sqlrecords.Transact(ctx, s.records, c, begin, func(ctx context.Context, tx sqlrecords.Tx, rec driver.Record) (driver.Completion,
		error,
	) {
		return run(ctx, tx.(*standardTx).tx, rec) //nolint:forcetypeassert // begin makes no others
	})
}

// standardTx implements [sqlrecords.Tx].
type standardTx struct {
	sqlrecords.Runner
	tx     *sql.Tx
	before func(context.Context) error // the commit
	after  func()                      // the transaction
}

// detach returns a context that outlives ctx until the transaction ends: what run has done
// by then is committed. Its cancellation bounds a commit.
func detach(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(context.WithoutCancel(ctx))
}

func (t *standardTx) Commit(ctx context.Context) error {
	return t.finish(ctx, func(ctx context.Context) error {
		if t.before != nil {
			if err := t.before(ctx); err != nil {
				return errors.Join(err, t.tx.Rollback())
			}
		}
		return t.tx.Commit()
	})
}

func (t *standardTx) Rollback(ctx context.Context) error {
	return t.finish(ctx, func(context.Context) error { return t.tx.Rollback() })
}

// finish ends the transaction. A driver that does not return keeps its
// connection, and nothing else.
func (t *standardTx) finish(ctx context.Context, by func(context.Context) error) error {
	_, err := bounded.Do(ctx, bounded.CallTimeout, func(ctx context.Context) (struct{}, error) {
		defer t.after()
		return struct{}{}, by(ctx)
	})
	return err
}

func (s *Store) beginPostgreSQL(ctx context.Context) (sqlrecords.Tx, error) {
	own, cancel := detach(ctx)
	defer context.AfterFunc(ctx, cancel)()
	tx, err := s.db.BeginTx(own, nil)
	if err != nil {
		cancel()
		return nil, err
	}
	return &standardTx{Runner: pool{tx}, tx: tx, after: cancel}, nil
}
