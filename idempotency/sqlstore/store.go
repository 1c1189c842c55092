package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/bounded"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/sqlrecords"
)

// Options configures a store. The zero value is ready to use.
type Options struct {
	// Table names the table: a lower-case letter or underscore, then at most 47
	// of those and digits. Empty is "idempotency_record".
	Table string
	// Schema names the schema of the table, with PostgreSQL only; its name has the form of a
	// table's. It has to exist. Empty is the connection's search path.
	Schema string
}

// A Dialect names the language of a database.
type Dialect string

// The dialects.
const (
	// DialectSQLite means SQLite 3.35 and later.
	DialectSQLite Dialect = "SQLite"
	// DialectPostgreSQL means PostgreSQL 14 and later.
	DialectPostgreSQL Dialect = "PostgreSQL"
)

// A Store keeps records in a table of a *sql.DB. It implements
// [driver.Transactor], [driver.Admin] and [driver.Sweeper]. It is safe for concurrent use.
type Store struct {
	records *sqlrecords.Records
	run     sqlrecords.Runner
	db      *sql.DB
	dialect Dialect
}

// A Store implements all of these.
var (
	_ driver.Transactor[*sql.Tx] = (*Store)(nil)
	_ driver.Admin               = (*Store)(nil)
	_ driver.Sweeper             = (*Store)(nil)
)

// New returns a store in a database that the caller has opened and closes. It does not
// touch the database: call [Store.Migrate] once before use.
func New(db *sql.DB, d Dialect, opts Options) (*Store, error) {
	var run sqlrecords.Runner = pool{db}
	if d == DialectSQLite {
		run = preparedRunner{pool: pool{db}, db: db, all: &sync.Map{}}
	}
	records, err := sqlrecords.New(run, sqlrecords.Dialect(d), sqlrecords.Table{Name: opts.Table, Schema: opts.Schema})
	if err != nil {
		return nil, err
	}
	return &Store{records: records, run: run, db: db, dialect: d}, nil
}

// Migrate creates the table and its indexes. If the table exists it does nothing, so an
// account without the right to create may call it. Migrate refuses a pool whose
// connections do not see the same database, as with ":memory:" in SQLite.
func (s *Store) Migrate(ctx context.Context) error {
	if err := s.records.Migrate(ctx); err != nil || s.dialect != DialectSQLite || s.db.Stats().MaxOpenConnections == 1 {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, bounded.CallTimeout)
	defer cancel()
	for range 2 {
		conn, err := s.db.Conn(ctx) // another one each time
		if err != nil {
			return s.records.Failed("look for the table", err)
		}
		defer conn.Close() //nolint:errcheck // it goes back to the pool
		exists, err := s.records.On(pool{conn}).Exists(ctx)
		if err != nil {
			return s.records.Failed("look for the table", err)
		}
		if !exists {
			return errors.New("sqlstore: each connection of this pool has a database of its own, as with :memory:, so records would be lost; " +
				"open a file, or call SetMaxOpenConns(1)")
		}
	}
	return nil
}

// dbtx lists what *sql.DB, *sql.Conn and *sql.Tx have in common.
type dbtx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// pool implements [sqlrecords.Runner].
type pool struct{ dbtx }

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
	defer rows.Close() //nolint:errcheck // its error was returned before
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
