package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

func TestTransact(t *testing.T) {
	t.Parallel()
	testTransact(t, func(t *testing.T) database { return openSQLite(t) })
}

// testTransact is for both dialects.
func testTransact(t *testing.T, open func(t *testing.T) database) {
	t.Run("keeps effect and record together, and gives the result to the next", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		store := db.store(t)
		run := func(_ context.Context, tx *sql.Tx, r driver.Record) (driver.Completion, error) {
			require.Equal(t, driver.StateInProgress, r.State)
			charge(t, tx)
			return done, nil
		}
		first, err := store.Transact(t.Context(), claim(1, 1), run)
		require.NoError(t, err)
		require.True(t, first.Won)
		require.Equal(t, done.Result, first.Record.Result)
		again, err := store.Transact(t.Context(), claim(1, 2), run)
		require.NoError(t, err)
		require.False(t, again.Won, "the work is done")
		require.Equal(t, driver.StateCompleted, again.Record.State)
		require.Equal(t, done.Result, again.Record.Result)
		require.Equal(t, 1, db.charges(t))
	})
	t.Run("has one effect when 64 want it", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		other, err := sqlstore.New(db.reopen(), db.dialect, sqlstore.Options{}) // as another process has it
		require.NoError(t, err)
		stores := []*sqlstore.Store{db.store(t), other}
		var won, same atomic.Int32
		var all sync.WaitGroup
		for owner := range byte(64) {
			all.Go(func() {
				got, err := stores[owner%2].Transact(t.Context(), claim(1, owner),
					func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
						_, err := tx.ExecContext(t.Context(), "INSERT INTO charge VALUES ('ann', 20)")
						return done, err
					})
				if err == nil && got.Won {
					won.Add(1)
				}
				if err == nil && got.Record.State == driver.StateCompleted && string(got.Record.Result) == string(done.Result) {
					same.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, won.Load())
		require.EqualValues(t, 64, same.Load(), "all have waited for the one, and have its result")
		require.Equal(t, 1, db.charges(t))
	})
	t.Run("rolls everything back when run fails or panics", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		store := db.store(t)
		declined := errors.New("card declined")
		_, err := store.Transact(t.Context(), claim(1, 1), func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
			charge(t, tx)
			return done, declined
		})
		require.Same(t, declined, err, "the error is run's own")
		require.PanicsWithError(t, declined.Error(), func() {
			_, _ = store.Transact(t.Context(), claim(1, 1), func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
				charge(t, tx)
				//archtest:panic what is tested
				panic(declined)
			})
		})
		require.Zero(t, db.charges(t))
		_, err = store.Get(t.Context(), claim(1, 1).Key)
		require.ErrorIs(t, err, driver.ErrNoRecord)
	})
	t.Run("keeps a failure as it keeps a result", func(t *testing.T) {
		t.Parallel()
		store := open(t).store(t)
		failure := driver.Completion{State: driver.StateFailed, Result: []byte("no such card")}
		_, err := store.Transact(t.Context(), claim(1, 1), func(context.Context, *sql.Tx, driver.Record) (driver.Completion, error) {
			return failure, nil
		})
		require.NoError(t, err)
		kept, err := store.Get(t.Context(), claim(1, 1).Key)
		require.NoError(t, err)
		require.Equal(t, driver.StateFailed, kept.State)
		require.Equal(t, failure.Result, kept.Result)
	})
	t.Run("commits what was done when the caller's time is over", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		store := db.store(t)
		ctx, cancel := context.WithCancel(t.Context())
		got, err := store.Transact(ctx, claim(1, 1), func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
			charge(t, tx)
			cancel()
			return done, nil
		})
		require.NoError(t, err)
		require.True(t, got.Won)
		require.Equal(t, 1, db.charges(t))
	})
	t.Run("makes do with one connection", func(t *testing.T) {
		t.Parallel()
		db := open(t)
		store := db.store(t)
		db.SetMaxOpenConns(1)
		for owner := range byte(3) {
			got, err := store.Transact(t.Context(), claim(1, owner), func(_ context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion,
				error,
			) {
				charge(t, tx)
				return done, nil
			})
			require.NoError(t, err)
			require.Equal(t, owner == 0, got.Won)
		}
	})
	t.Run("takes abandoned work over, or holds it", func(t *testing.T) {
		t.Parallel()
		store := open(t).store(t)
		for key, hold := range map[byte]bool{1: false, 2: true} {
			lost := claim(key, 1)
			_, err := store.Claim(t.Context(), lost)
			require.NoError(t, err)
			require.NoError(t, store.Renew(t.Context(), ref(lost, 1), driver.Renewal{}))
			next := claim(key, 2)
			next.NeedsReview = hold
			got, err := store.Transact(t.Context(), next, func(_ context.Context, _ *sql.Tx, r driver.Record) (driver.Completion, error) {
				require.True(t, r.TakenOver)
				return done, nil
			})
			require.NoError(t, err)
			require.Equal(t, !hold, got.Won)
			kept, err := store.Get(t.Context(), next.Key)
			require.NoError(t, err)
			require.Equal(t, got.Record.State, kept.State, "held work stays held")
			require.Equal(t, hold, kept.State == driver.StateIndeterminate)
		}
	})
}
