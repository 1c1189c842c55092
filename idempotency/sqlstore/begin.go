package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// Transact claims c.Key, calls run and writes what it returns, all in one
// transaction, as [idempotency.Transactor] says. Statements of run that are not
// sent through tx are no part of it, and run must not end tx itself.
//
// A second call with the same key waits for the first one to end, at most for
// c.Lease, and the same bound holds for every other lock that the transaction
// waits for. With PostgreSQL it is then told that the key is not won. With
// SQLite, whose writers wait for each other whatever their keys, it gets the
// driver's error that the database is locked, and may try again.
func (s *Store) Transact(ctx context.Context, c idempotency.Claim,
	run func(ctx context.Context, tx *sql.Tx, r idempotency.Record) (idempotency.Final, error),
) (idempotency.Claimed, error) {
	// With a context of its own the transaction outlives ctx until run returns:
	// what is done by then is committed. Canceling it is how Commit is bounded.
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	begin := s.beginPostgreSQL
	if s.dialect == SQLite {
		begin = s.beginSQLite
	}
	tx, end, err := begin(ctx, own, c.Lease)
	if err != nil {
		return idempotency.Claimed{}, failed("begin", err)
	}
	defer end()
	tx.cancel = cancel
	return Transact(ctx, s.Records, tx, c,
		func(ctx context.Context, rec idempotency.Record) (idempotency.Final, error) {
			return run(ctx, tx.tx, rec)
		})
}

// standardTx is a [Tx].
type standardTx struct {
	Runner
	tx     *sql.Tx
	cancel context.CancelFunc
}

func (t standardTx) Commit(ctx context.Context) error {
	defer context.AfterFunc(ctx, t.cancel)()
	return t.tx.Commit()
}

func (t standardTx) Rollback(context.Context) error { return t.tx.Rollback() }

func (s *Store) beginPostgreSQL(ctx, own context.Context, wait time.Duration) (standardTx, func(), error) {
	tx, err := s.db.BeginTx(own, nil)
	if err != nil {
		return standardTx{}, nil, err
	}
	if _, err := tx.ExecContext(ctx, s.text["lock_timeout"], strconv.FormatInt(millis(wait), 10)); err != nil {
		return standardTx{}, nil, errors.Join(err, tx.Rollback())
	}
	return standardTx{Runner: pool{tx}, tx: tx}, func() {}, nil
}

// beginSQLite takes a connection whose waits it can bound. The first statement
// of the transaction is a write and takes the lock, as BEGIN IMMEDIATE would:
// nothing has been read before that could be out of date by then.
func (s *Store) beginSQLite(ctx, own context.Context, wait time.Duration) (standardTx, func(), error) {
	run := s.run.(compiled)
	for _, name := range []string{"claim", "finish"} { // while there is a connection to do it on
		if _, err := run.prepare(ctx, s.text[name]); err != nil {
			return standardTx{}, nil, err
		}
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return standardTx{}, nil, err
	}
	restore, err := waitLocked(ctx, conn, wait)
	if err != nil {
		return standardTx{}, nil, errors.Join(err, conn.Close())
	}
	end := func() {
		restore()
		_ = conn.Close() // it goes back to the pool
	}
	tx, err := conn.BeginTx(own, nil)
	if err != nil {
		end()
		return standardTx{}, nil, err
	}
	run.tx, run.pool = tx, pool{tx}
	return standardTx{Runner: run, tx: tx}, end, nil
}

// waitLocked lets a connection to SQLite wait for other writers for that long,
// until restore.
func waitLocked(ctx context.Context, conn *sql.Conn, d time.Duration) (restore func(), err error) {
	var before int64
	if err := conn.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&before); err != nil {
		return nil, err
	}
	if err := setBusyTimeout(ctx, conn, millis(d)); err != nil {
		return nil, err
	}
	return func() { _ = setBusyTimeout(context.WithoutCancel(ctx), conn, before) }, nil
}

func setBusyTimeout(ctx context.Context, conn *sql.Conn, ms int64) error {
	// PRAGMA answers with a row, which has to be read.
	return conn.QueryRowContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", ms)).Scan(&ms)
}

// millis is a duration as PostgreSQL and SQLite take time-outs: whole
// milliseconds, at least one, and no more than they can hold.
func millis(d time.Duration) int64 {
	return min(max(d.Milliseconds(), 1), 1<<31-1)
}
