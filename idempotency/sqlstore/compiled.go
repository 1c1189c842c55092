package sqlstore

import (
	"context"
	"database/sql"
	"sync"
)

// preparedRunner implements [sqlrecords.Runner] for SQLite, which would compile a statement each
// time and take longer to compile it than to run it. PostgreSQL's drivers prepare statements
// themselves; some proxies lose them.
type preparedRunner struct {
	pool
	db  *sql.DB
	tx  *sql.Tx   // nil outside of transactions
	all *sync.Map // *sql.Stmt by text; they live as long as the database is open
}

// prepare returns a statement of the database's, compiled once on each of its
// connections.
func (c preparedRunner) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := c.all.Load(query); ok {
		return stmt.(*sql.Stmt), nil
	}
	stmt, err := c.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if first, loaded := c.all.LoadOrStore(query, stmt); loaded {
		return first.(*sql.Stmt), stmt.Close()
	}
	return stmt, nil
}

// stmt prepares a statement where this Runner runs it. In a transaction there may be no
// other connection to prepare on.
func (c preparedRunner) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if c.tx == nil {
		return c.prepare(ctx, query)
	}
	if stmt, ok := c.all.Load(query); ok {
		return c.tx.StmtContext(ctx, stmt.(*sql.Stmt)), nil
	}
	return c.tx.PrepareContext(ctx, query)
}

func (c preparedRunner) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if len(args) == 0 { // several statements, perhaps
		return c.pool.Exec(ctx, query)
	}
	stmt, err := c.stmt(ctx, query)
	if err != nil {
		return 0, err
	}
	result, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (c preparedRunner) Query(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) error {
	stmt, err := c.stmt(ctx, query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	return read(rows, each)
}
