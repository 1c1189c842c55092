package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"sync"

	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/sqlrecords"
)

// beginSQLite takes a connection whose waits it can bound. The first statement
// of the transaction is a write and takes the lock, as BEGIN IMMEDIATE would:
// nothing has been read before that could be out of date by then.
func (s *Store) beginSQLite(ctx context.Context) (sqlrecords.Tx, error) {
	run := s.run.(preparedRunner)
	for _, name := range []string{"claim", "finish"} { // while there is a connection to do it on
		if _, err := run.prepare(ctx, s.records.Statement(name)); err != nil {
			return nil, err
		}
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	restore, err := waitLocked(ctx, conn)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	own, cancel := detach(ctx)
	after := sync.OnceFunc(func() {
		cancel()
		restore()
		_ = conn.Close() // it goes back to the pool
	})
	defer context.AfterFunc(ctx, cancel)()
	tx, err := conn.BeginTx(own, nil)
	if err != nil {
		after()
		return nil, err
	}
	run.tx, run.pool = tx, pool{tx}
	// In a rollback journal a commit waits for readers. By then there is work to lose.
	before := func(ctx context.Context) error { return setBusyTimeout(ctx, tx, sqlrecords.LockWait.Milliseconds()) }
	return &standardTx{Runner: run, tx: tx, before: before, after: after}, nil
}

// waitLocked lets a connection to SQLite wait for other writers for a try, until
// restore.
func waitLocked(ctx context.Context, conn *sql.Conn) (restore func(), err error) {
	var before int64
	if err := conn.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&before); err != nil {
		return nil, err
	}
	if err := setBusyTimeout(ctx, conn, sqlrecords.LockTry.Milliseconds()); err != nil {
		return nil, err
	}
	return func() { _ = setBusyTimeout(context.WithoutCancel(ctx), conn, before) }, nil
}

func setBusyTimeout(ctx context.Context, on interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}, ms int64,
) error {
	// PRAGMA answers with a row, which has to be read.
	return on.QueryRowContext(ctx, "PRAGMA busy_timeout = "+strconv.FormatInt(ms, 10)).Scan(&ms)
}
