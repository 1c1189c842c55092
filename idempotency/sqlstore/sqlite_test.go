package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

func TestTransactOnSQLite(t *testing.T) {
	t.Parallel()
	t.Run("waits for other writers as long as its lease, whatever the pool's setting", func(t *testing.T) {
		t.Parallel()
		file := "file:" + filepath.Join(t.TempDir(), "records.db") + "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(7)"
		pool, err := sql.Open("sqlite", file)
		require.NoError(t, err)
		t.Cleanup(func() { pool.Close() })
		db := database{DB: pool, dialect: sqlstore.DialectSQLite}
		store := db.store(t)
		run := func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
			charge(t, tx)
			return done, nil
		}
		entered, patient := make(chan struct{}), make(chan error, 1)
		go func() {
			<-entered
			_, err := store.Transact(context.WithoutCancel(t.Context()), claim(2, 2), run)
			patient <- err
		}()
		_, err = store.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx *sql.Tx, r driver.Record) (driver.Completion, error) {
			close(entered)
			hasty := claim(3, 3)
			hasty.Lease = 100 * time.Millisecond
			begin := time.Now()
			_, err := store.Transact(ctx, hasty, run)
			require.ErrorContains(t, err, "locked")
			require.GreaterOrEqual(t, time.Since(begin), hasty.Lease)
			require.Less(t, time.Since(begin), 20*time.Second)
			return run(ctx, tx, r)
		})
		require.NoError(t, err)
		require.NoError(t, <-patient, "it has waited for the first")
		require.Equal(t, 2, db.charges(t))

		db.SetMaxIdleConns(0) // closes those that no transaction has had
		db.SetMaxOpenConns(1)
		db.SetMaxIdleConns(1)
		_, err = store.Transact(t.Context(), claim(4, 4), run)
		require.NoError(t, err)
		var timeout int
		require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA busy_timeout").Scan(&timeout))
		require.Equal(t, 7, timeout, "the connection goes back as it was")
	})
}

func TestInfo(t *testing.T) {
	t.Parallel()
	testInfo(t, openSQLite(t))
}

// testInfo is for both dialects: a text that a database refuses must not keep
// work from being done.
func testInfo(t *testing.T, db database) {
	t.Helper()
	store := db.store(t)
	c := claim(1, 1)
	c.Info.WorkflowID = "order\x00\xff7"
	got, err := store.Claim(t.Context(), c)
	require.NoError(t, err)
	require.True(t, got.Won)
	require.Equal(t, "order??7", got.Record.Info.WorkflowID)
}

func TestStoreOnSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		return storetest.Harness{Store: openSQLite(t).store(t)}
	})
}
