package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

func TestPoolOfOne(t *testing.T) {
	t.Parallel()
	t.Run("a commit that a reader keeps from happening is given up, and tried again", func(t *testing.T) {
		t.Parallel()
		file := "file:" + filepath.Join(t.TempDir(), "records.db") // with a rollback journal
		open := func() database {
			pool, err := sql.Open("sqlite", file)
			require.NoError(t, err)
			t.Cleanup(func() { pool.Close() })
			pool.SetMaxOpenConns(1)
			return database{DB: pool, dialect: sqlstore.DialectSQLite}
		}
		db, reader := open(), open()
		store := db.store(t)
		_, err := db.ExecContext(t.Context(), "INSERT INTO charge VALUES ('bob', 1), ('bob', 2)")
		require.NoError(t, err)
		rows, err := reader.QueryContext(t.Context(), "SELECT a.euros FROM charge a, charge b")
		require.NoError(t, err)
		require.True(t, rows.Next(), "it holds the database open for reading")
		run := func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
			charge(t, tx)
			return done, nil
		}
		begin := time.Now()
		_, err = store.Transact(t.Context(), claim(1, 1), run)
		require.ErrorContains(t, err, "locked")
		require.Less(t, time.Since(begin), 4*time.Second, "it waits for a second, and then has a connection to read the record")
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
		_, err = store.Get(t.Context(), claim(1, 1).Key)
		require.ErrorIs(t, err, driver.ErrNoRecord)
		got, err := store.Transact(t.Context(), claim(1, 1), run)
		require.NoError(t, err)
		require.True(t, got.Won)
		require.Equal(t, 3, db.charges(t))
	})
	t.Run("is allowed to be in memory", func(t *testing.T) {
		t.Parallel()
		pool := memory(t, ":memory:")
		pool.SetMaxOpenConns(1)
		testMigrate(t, database{DB: pool, dialect: sqlstore.DialectSQLite})
	})
}

func memory(t *testing.T, name string) *sql.DB {
	t.Helper()
	pool, err := sql.Open("sqlite", name)
	require.NoError(t, err)
	t.Cleanup(func() { pool.Close() })
	return pool
}

func TestMigrateInMemory(t *testing.T) {
	t.Parallel()
	for name, most := range map[string]int{":memory:": 0, "file::memory:": 4, "": 2} {
		t.Run("refuses "+name, func(t *testing.T) {
			t.Parallel()
			pool := memory(t, name)
			pool.SetMaxOpenConns(most)
			store, err := sqlstore.New(pool, sqlstore.DialectSQLite, sqlstore.Options{})
			require.NoError(t, err)
			require.ErrorContains(t, store.Migrate(t.Context()), "SetMaxOpenConns(1)")
		})
	}
	t.Run("takes a memory that the connections share", func(t *testing.T) {
		t.Parallel()
		store, err := sqlstore.New(memory(t, "file:shared?mode=memory&cache=shared"), sqlstore.DialectSQLite, sqlstore.Options{})
		require.NoError(t, err)
		require.NoError(t, store.Migrate(t.Context()))
	})
}

// Those that wait for one slow transaction leave the pool to others.
func TestDuplicatesLeaveThePool(t *testing.T) {
	t.Parallel()
	testDuplicates(t, openSQLite(t))
}

func testDuplicates(t *testing.T, db database) {
	t.Helper()
	db.SetMaxOpenConns(4)
	store := db.store(t)
	_, err := store.Claim(t.Context(), claim(9, 9))
	require.NoError(t, err)
	run := func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
		charge(t, tx)
		return done, nil
	}
	var duplicates sync.WaitGroup
	_, err = store.Transact(t.Context(), claim(1, 0), func(ctx context.Context, tx *sql.Tx, r driver.Record) (driver.Completion, error) {
		for owner := range byte(12) {
			duplicates.Go(func() {
				got, err := store.Transact(t.Context(), claim(1, 1+owner), run)
				if err == nil && (got.Won || got.Record.State != driver.StateCompleted) {
					t.Errorf("a duplicate is answered with %+v; want the result", got)
				}
			})
		}
		require.Eventually(t, func() bool { return db.Stats().WaitCount > 0 }, time.Minute, time.Millisecond, "they want all connections")
		begin := time.Now()
		for range 2 {
			_, err := store.Get(ctx, claim(9, 9).Key)
			require.NoError(t, err)
		}
		require.Less(t, time.Since(begin), 4*time.Second, "others get a connection")
		return run(ctx, tx, r)
	})
	require.NoError(t, err)
	duplicates.Wait()
	require.Equal(t, 1, db.charges(t))
}
