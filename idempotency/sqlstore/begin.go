package sqlstore

import (
	"context"
	"database/sql"
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
	begin := s.db.BeginTx
	if s.dialect == SQLite {
		conn, err := s.db.Conn(ctx)
		if err != nil {
			return idempotency.Claimed{}, failed("get a connection", err)
		}
		defer conn.Close() //nolint:errcheck // it goes back to the pool
		begin = conn.BeginTx
		restore, err := waitLocked(ctx, conn, c.Lease)
		if err != nil {
			return idempotency.Claimed{}, failed("bound the wait for the database", err)
		}
		defer restore()
	}
	// With a context of its own the transaction outlives ctx until run returns:
	// what is done by then is committed. Canceling it is how Commit is bounded.
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	tx, err := begin(own, nil)
	if err != nil {
		return idempotency.Claimed{}, failed("begin", err)
	}
	if s.dialect == PostgreSQL {
		if _, err := tx.ExecContext(ctx, s.text["lock_timeout"], strconv.FormatInt(millis(c.Lease), 10)); err != nil {
			_ = tx.Rollback()
			return idempotency.Claimed{}, failed("bound the wait for locks", err)
		}
	}
	return Transact(ctx, s.Records, standardTx{pool{tx}, tx, cancel}, c,
		func(ctx context.Context, rec idempotency.Record) (idempotency.Final, error) { return run(ctx, tx, rec) })
}

// standardTx is a [Tx].
type standardTx struct {
	pool
	tx     *sql.Tx
	cancel context.CancelFunc
}

func (t standardTx) Commit(ctx context.Context) error {
	defer context.AfterFunc(ctx, t.cancel)()
	return t.tx.Commit()
}

func (t standardTx) Rollback(context.Context) error { return t.tx.Rollback() }

// waitLocked lets a connection to SQLite wait for other writers for that long,
// until restore. The first statement of the transaction is a write and takes
// the lock, as BEGIN IMMEDIATE would: nothing has been read before that could
// be out of date by then.
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
