package sqlstore_test

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

// A database is one of those that the tests run on.
type database struct {
	*sql.DB
	dialect sqlstore.Dialect
	reopen  func() *sql.DB // another pool of the same database
}

// pragmas are those that the package's comment asks for.
const pragmas = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)"

// openSQLite creates a database in a file.
func openSQLite(t testing.TB) database {
	t.Helper()
	file := "file:" + filepath.Join(t.TempDir(), "records.db") + pragmas
	reopen := func() *sql.DB {
		db, err := sql.Open("sqlite", file)
		require.NoError(t, err)
		t.Cleanup(func() { db.Close() })
		db.SetMaxOpenConns(8)
		return db
	}
	return database{DB: reopen(), dialect: sqlstore.DialectSQLite, reopen: reopen}
}

// store is one with its table in place, and that of a business beside it.
func (d database) store(t testing.TB) *sqlstore.Store {
	t.Helper()
	store, err := sqlstore.New(d.DB, d.dialect, sqlstore.Options{})
	require.NoError(t, err)
	require.NoError(t, store.Migrate(t.Context()))
	_, err = d.ExecContext(t.Context(), "CREATE TABLE IF NOT EXISTS charge (customer TEXT NOT NULL, euros INTEGER NOT NULL)")
	require.NoError(t, err)
	return store
}

// charges counts what the business has done.
func (d database) charges(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, d.QueryRowContext(t.Context(), "SELECT count(*) FROM charge").Scan(&n))
	return n
}

// charge does it once.
func charge(t *testing.T, tx *sql.Tx) {
	t.Helper()
	_, err := tx.ExecContext(t.Context(), "INSERT INTO charge VALUES ('ann', 20)")
	require.NoError(t, err)
}

func claim(key, owner byte) driver.Claim {
	return driver.Claim{
		Key: driver.Key{key}, Owner: driver.Owner{owner}, Fingerprint: []byte("input"),
		Lease: time.Minute, Retain: time.Hour, Info: driver.Info{Namespace: "shop", Attempt: 1},
	}
}

func ref(c driver.Claim, fence int64) driver.Ref {
	return driver.Ref{Key: c.Key, Owner: c.Owner, Fence: fence}
}

var done = driver.Completion{State: driver.StateCompleted, Result: []byte("receipt 7")}
