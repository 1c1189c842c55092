package pgstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/sqlrecords"
)

// Options configures a store. The zero value is ready to use.
type Options struct {
	// Table names the table: a lower-case letter or underscore, then at most 47
	// of those and digits. Empty is "idempotency_record".
	Table string
	// Schema names the schema of the table; its name has the form of a table's. It has to
	// exist. Empty is the connection's search path.
	Schema string
}

// A Store keeps records in a table of PostgreSQL, the same table as package sqlstore. It is
// a [driver.Transactor], a [driver.Admin] and a [driver.Sweeper]. It is safe for concurrent
// use.
type Store struct {
	records *sqlrecords.Records
	pool    *pgxpool.Pool
}

// A Store implements all of these.
var (
	_ driver.Transactor[pgx.Tx] = (*Store)(nil)
	_ driver.Admin              = (*Store)(nil)
	_ driver.Sweeper            = (*Store)(nil)
)

// New returns a store on a pool that the caller has opened and closes. It does not touch
// the database: call Migrate once before use.
func New(pool *pgxpool.Pool, opts Options) (*Store, error) {
	records, err := sqlrecords.New(runner{pool}, sqlrecords.PostgreSQL, sqlrecords.Table{Name: opts.Table, Schema: opts.Schema})
	if err != nil {
		return nil, err
	}
	return &Store{records: records, pool: pool}, nil
}

// Migrate creates the table and its indexes. If the table exists it does nothing, so an
// account without the right to create may call it.
func (s *Store) Migrate(ctx context.Context) error { return s.records.Migrate(ctx) }

// Transact claims c.Key, calls run and writes what it returns, all in one
// transaction, as [driver.Transactor] says. Statements of run that are not
// sent through tx are no part of it. run must not end tx itself: Transact then returns
// [driver.ErrTxEnded].
//
// A second call with the same key waits for the first one to end, at most for
// c.Lease, and returns then that the key is not won. Meanwhile it has a
// connection for a tenth of a second at a time. How long the statements of run
// wait for locks is up to the connection's own lock_timeout.
func (s *Store) Transact(ctx context.Context, c driver.Claim,
	run func(ctx context.Context, tx pgx.Tx, r driver.Record) (driver.Completion, error),
) (driver.ClaimResult, error) {
	begin := func(ctx context.Context) (sqlrecords.Tx, error) {
		tx, err := s.pool.Begin(ctx)
		return pgxTx{runner{tx}, tx}, err
	}
	return sqlrecords.Transact(ctx, s.records, c, begin, func(ctx context.Context, tx sqlrecords.Tx, r driver.Record) (driver.Completion,
		error,
	) {
		return run(ctx, tx.(pgxTx).tx, r) //nolint:forcetypeassert // begin makes no others
	})
}

// pgxTx implements [sqlrecords.Tx].
type pgxTx struct {
	runner
	tx pgx.Tx
}

func (t pgxTx) Commit(ctx context.Context) error { return t.tx.Commit(ctx) }

func (t pgxTx) Rollback(ctx context.Context) error { return ended(t.tx.Rollback(ctx)) }

func (t pgxTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	n, err := t.runner.Exec(ctx, query, args...)
	return n, ended(err)
}

// ended translates pgx's error for a transaction that has ended.
func ended(err error) error {
	if errors.Is(err, pgx.ErrTxClosed) {
		return sql.ErrTxDone
	}
	return err
}

// pgxConn lists what pools and transactions have in common.
type pgxConn interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

// runner implements [sqlrecords.Runner].
type runner struct{ conn pgxConn }

func (r runner) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := r.conn.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}

func (r runner) Query(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) error {
	rows, err := r.conn.Query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
