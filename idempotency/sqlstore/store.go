package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// Store keeps records in a table of a *sql.DB. It is an [driver.Transactor],
// an [driver.Admin] and an [driver.Sweeper]. It is safe for concurrent
// use.
type Store struct {
	*Records
	db      *sql.DB
	dialect Dialect
}

// A Store is all of these.
var (
	_ driver.Transactor[*sql.Tx] = (*Store)(nil)
	_ driver.Admin               = (*Store)(nil)
	_ driver.Sweeper             = (*Store)(nil)
)

// New returns a store in a database of the caller's, who closes it. It does not
// touch the database: call [Records.Migrate] once before use.
func New(db *sql.DB, d Dialect, opts Options) (*Store, error) {
	var run Runner = pool{db}
	if d == DialectSQLite {
		run = preparedRunner{pool: pool{db}, db: db, all: &sync.Map{}}
	}
	records, err := NewRecords(run, d, opts)
	if err != nil {
		return nil, err
	}
	return &Store{Records: records, db: db, dialect: d}, nil
}

// Migrate creates the table and its indexes. Where the table exists it does
// nothing, so that an account without the right to create may call it, too. It
// refuses a pool whose connections do not see the same database, as with
// ":memory:" in SQLite.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.Records.Migrate(ctx); err != nil || s.dialect != DialectSQLite || s.db.Stats().MaxOpenConnections == 1 {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for range 2 {
		conn, err := s.db.Conn(ctx) // another one each time
		if err != nil {
			return s.failed("look for the table", err)
		}
		defer conn.Close() //nolint:errcheck // it goes back to the pool
		there, err := (&Records{run: pool{conn}, text: s.text}).exists(ctx)
		if err != nil {
			return s.failed("look for the table", err)
		}
		if !there {
			return errors.New("sqlstore: each connection of this pool has a database of its own, as with :memory:, so records would be lost; " +
				"open a file, or call SetMaxOpenConns(1)")
		}
	}
	return nil
}

// standard is what *sql.DB, *sql.Conn and *sql.Tx have in common.
type standard interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// pool is a [Runner].
type pool struct{ standard }

func (p pool) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := p.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (p pool) Query(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) error {
	rows, err := p.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	return read(rows, each)
}

// read calls each for every row.
func read(rows *sql.Rows, each func(scan func(...any) error) error) error {
	defer rows.Close() //nolint:errcheck // what went wrong has been said by then
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return rows.Close()
}
