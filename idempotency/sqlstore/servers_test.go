//go:build servers

package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

var names atomic.Int64 // of schemas and tables

// openPostgreSQL returns a schema of its own.
func openPostgreSQL(t testing.TB) database {
	t.Helper()
	schema := fmt.Sprintf("shop_%d", names.Add(1))
	dsn := storetest.PostgreSQL(t) + "&search_path=" + schema
	reopen := func() *sql.DB {
		db, err := sql.Open("pgx", dsn)
		require.NoError(t, err)
		t.Cleanup(func() { db.Close() })
		db.SetMaxOpenConns(6)
		return db
	}
	db := reopen()
	_, err := db.ExecContext(t.Context(), "CREATE SCHEMA "+schema)
	require.NoError(t, err)
	return database{DB: db, dialect: sqlstore.DialectPostgreSQL, reopen: reopen}
}

func TestStoreOnPostgreSQL(t *testing.T) {
	t.Parallel()
	db := openPostgreSQL(t)
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		store, err := sqlstore.New(db.DB, db.dialect, sqlstore.Options{Table: fmt.Sprintf("records_%d", names.Add(1))})
		require.NoError(t, err)
		require.NoError(t, store.Migrate(t.Context()))
		return storetest.Harness{Store: store}
	})
}

func TestTransactOnPostgreSQL(t *testing.T) {
	t.Parallel()
	testTransact(t, func(t *testing.T) database { return openPostgreSQL(t) })
	t.Run("waits no longer than its lease", func(t *testing.T) {
		t.Parallel()
		db := openPostgreSQL(t)
		store := db.store(t)
		run := func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
			charge(t, tx)
			return done, nil
		}
		_, err := store.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx *sql.Tx, r driver.Record) (driver.Completion, error) {
			second := claim(1, 2)
			second.Lease = 50 * time.Millisecond
			begin := time.Now()
			got, err := store.Transact(ctx, second, run)
			require.NoError(t, err)
			require.False(t, got.Won)
			require.Equal(t, driver.StateInProgress, got.Record.State, "a person is at it")
			require.GreaterOrEqual(t, time.Since(begin), second.Lease)
			require.Less(t, time.Since(begin), 20*time.Second)
			return run(ctx, tx, r)
		})
		require.NoError(t, err)
		require.Equal(t, 1, db.charges(t))
	})
	t.Run("leaves nothing when the server ends the connection before the commit", func(t *testing.T) {
		t.Parallel()
		db := openPostgreSQL(t)
		store := db.store(t)
		_, err := store.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
			charge(t, tx)
			var pid int
			require.NoError(t, tx.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid))
			_, err := db.ExecContext(ctx, "SELECT pg_terminate_backend($1, 10000)", pid)
			require.NoError(t, err)
			return done, nil
		})
		require.Error(t, err)
		_, err = store.Get(t.Context(), claim(1, 1).Key)
		require.ErrorIs(t, err, driver.ErrNoRecord)
		require.Zero(t, db.charges(t))
	})
}

func TestReviewOfChangedRecordOnPostgreSQL(t *testing.T) {
	t.Parallel()
	testReview(t, func(t *testing.T) database { return openPostgreSQL(t) })
}

func TestMigrateOnPostgreSQL(t *testing.T) {
	t.Parallel()
	testMigrate(t, openPostgreSQL(t))
}

func BenchmarkPostgreSQL(b *testing.B) { benchmark(b, openPostgreSQL(b)) }

func TestInfoOnPostgreSQL(t *testing.T) {
	t.Parallel()
	testInfo(t, openPostgreSQL(t))
}

func TestTransactionsThatAreEndedOnPostgreSQL(t *testing.T) {
	t.Parallel()
	testEnded(t, func(t *testing.T) database { return openPostgreSQL(t) })
}
