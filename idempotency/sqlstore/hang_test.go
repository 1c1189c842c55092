package sqlstore_test

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// hanging is a driver whose statements do not return until they are let go,
// whatever becomes of their context.
type hanging struct{ until chan struct{} }

func (h hanging) Driver() sqldriver.Driver                        { return nil }
func (h hanging) Connect(context.Context) (sqldriver.Conn, error) { return h, nil }
func (h hanging) Close() error                                    { return nil }
func (h hanging) Begin() (sqldriver.Tx, error)                    { return h, nil }
func (h hanging) Commit() error                                   { <-h.until; return nil }
func (h hanging) Rollback() error                                 { <-h.until; return nil }
func (h hanging) Prepare(string) (sqldriver.Stmt, error)          { <-h.until; return nil, io.EOF }

// TestDriverHangs wants a call to end with its context, and by itself.
func TestDriverHangs(t *testing.T) {
	t.Parallel()
	h := hanging{make(chan struct{})}
	db := sql.OpenDB(h)
	t.Cleanup(func() {
		close(h.until)
		db.Close()
	})
	for _, dialect := range []sqlstore.Dialect{sqlstore.DialectPostgreSQL, sqlstore.DialectSQLite} {
		store, err := sqlstore.New(db, dialect, sqlstore.Options{})
		require.NoError(t, err)
		for name, call := range map[string]func(context.Context) error{
			"Claim":  func(ctx context.Context) error { _, err := store.Claim(ctx, claim(1, 1)); return err },
			"Get":    func(ctx context.Context) error { _, err := store.Get(ctx, claim(1, 1).Key); return err },
			"Renew":  func(ctx context.Context) error { return store.Renew(ctx, ref(claim(1, 1), 1), driver.Renewal{}) },
			"Delete": func(ctx context.Context) error { return store.Delete(ctx, claim(1, 1).Key) },
			"List":   func(ctx context.Context) error { _, err := store.List(ctx, driver.Query{Limit: 1}); return err },
			"Transact": func(ctx context.Context) error {
				_, err := store.Transact(ctx, claim(1, 1), func(context.Context, *sql.Tx, driver.Record) (driver.Completion, error) {
					return done, nil
				})
				return err
			},
		} {
			t.Run(string(dialect)+": "+name+" ends with its context", func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
				defer cancel()
				begin := time.Now()
				require.ErrorIs(t, call(ctx), context.DeadlineExceeded)
				require.Less(t, time.Since(begin), 15*time.Second)
			})
			if name != map[sqlstore.Dialect]string{sqlstore.DialectPostgreSQL: "Transact", sqlstore.DialectSQLite: "Claim"}[dialect] {
				continue // it takes seconds
			}
			t.Run(string(dialect)+": "+name+" ends by itself", func(t *testing.T) {
				t.Parallel()
				begin := time.Now()
				require.ErrorIs(t, call(t.Context()), context.DeadlineExceeded)
				require.Less(t, time.Since(begin), 30*time.Second)
			})
		}
	}
}

// panicking is a driver that panics.
type panicking struct{ hanging }

func (p panicking) Connect(context.Context) (sqldriver.Conn, error) { return p, nil }

func (panicking) Prepare(string) (sqldriver.Stmt, error) {
	//archtest:panic what is tested
	panic("out of order")
}

func TestDriverPanics(t *testing.T) {
	t.Parallel()
	db := sql.OpenDB(panicking{})
	t.Cleanup(func() { db.Close() })
	store, err := sqlstore.New(db, sqlstore.DialectSQLite, sqlstore.Options{})
	require.NoError(t, err)
	_, err = store.Get(t.Context(), claim(1, 1).Key)
	require.ErrorContains(t, err, "the driver panics", "the process goes on")
}
