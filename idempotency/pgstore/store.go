package pgstore

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// Options names the table. The zero value is ready to use.
type Options = sqlstore.Options

// Store keeps records in a table of PostgreSQL, the same as package sqlstore
// does. It is an [driver.Transactor], an [driver.Admin] and an [driver.Sweeper]. It is safe for concurrent use.
type Store struct {
	*sqlstore.Records
	pool  *pgxpool.Pool
	table string
}

// A Store is all of these.
var (
	_ driver.Transactor[pgx.Tx] = (*Store)(nil)
	_ driver.Admin              = (*Store)(nil)
	_ driver.Sweeper            = (*Store)(nil)
)

// New returns a store on a pool of the caller's, who closes it. It does not
// touch the database: call Migrate once before use.
func New(pool *pgxpool.Pool, opts Options) (*Store, error) {
	records, err := sqlstore.NewRecords(runner{pool}, sqlstore.DialectPostgreSQL, opts)
	if err != nil {
		return nil, err
	}
	if opts.Table == "" {
		opts.Table = sqlstore.DefaultTable
	}
	return &Store{Records: records, pool: pool, table: opts.Table}, nil
}

// Transact claims c.Key, calls run and writes what it returns, all in one
// transaction, as [driver.Transactor] says. Statements of run that are not
// sent through tx are no part of it, and run must not end tx itself: that is
// [driver.ErrTxEnded].
//
// A second call with the same key waits for the first one to end, at most for
// c.Lease, and is then told that the key is not won. Meanwhile it has a
// connection for a tenth of a second at a time. How long the statements of run
// wait for locks is up to the connection's own lock_timeout.
func (s *Store) Transact(ctx context.Context, c driver.Claim,
	run func(ctx context.Context, tx pgx.Tx, r driver.Record) (driver.Completion, error),
) (driver.ClaimResult, error) {
	begin := func(ctx context.Context) (sqlstore.Tx, error) {
		tx, err := s.pool.Begin(ctx)
		return nativeTx{runner{tx}, tx}, err
	}
	return sqlstore.Transact(ctx, s.Records, c, begin, func(ctx context.Context, tx sqlstore.Tx, r driver.Record) (driver.Completion, error) {
		return run(ctx, tx.(nativeTx).tx, r) //nolint:forcetypeassert // begin makes no others
	})
}

// nativeTx is a [sqlstore.Tx].
type nativeTx struct {
	runner
	tx pgx.Tx
}

func (t nativeTx) Commit(ctx context.Context) error { return t.tx.Commit(ctx) }

func (t nativeTx) Rollback(ctx context.Context) error { return ended(t.tx.Rollback(ctx)) }

func (t nativeTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	n, err := t.runner.Exec(ctx, query, args...)
	return n, ended(err)
}

// ended says in the words of package sqlstore that a transaction has ended.
func ended(err error) error {
	if errors.Is(err, pgx.ErrTxClosed) {
		return sql.ErrTxDone
	}
	return err
}

// native is what pools and transactions have in common.
type native interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

// runner is a [sqlstore.Runner].
type runner struct{ native native }

func (r runner) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := r.native.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}

func (r runner) Query(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) error {
	rows, err := r.native.Query(ctx, query, args...)
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
