//go:build servers

package pgstore_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
)

// Those that wait for one slow transaction leave the pool to others.
func TestDuplicatesLeaveThePool(t *testing.T) {
	t.Parallel()
	s := open(t)
	config := s.Config().Copy()
	config.MaxConns = 4
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store, err := pgstore.New(pool, pgstore.Options{})
	require.NoError(t, err)
	var duplicates sync.WaitGroup
	_, err = store.Transact(t.Context(), claim(1, 0), func(ctx context.Context, tx pgx.Tx, r driver.Record) (driver.Completion, error) {
		for owner := range byte(12) {
			duplicates.Go(func() {
				c := claim(1, 1+owner)
				got, err := store.Transact(t.Context(), c, charge)
				if err == nil && (got.Won || got.Record.State != driver.StateCompleted) {
					t.Errorf("a duplicate is answered with %+v; want the result", got)
				}
			})
		}
		require.Eventually(t, func() bool { return pool.Stat().EmptyAcquireCount() > 0 }, time.Minute, time.Millisecond,
			"they want all connections")
		begin := time.Now()
		for key := range byte(5) {
			got, err := store.Claim(ctx, claim(2+key, 1))
			require.NoError(t, err)
			require.True(t, got.Won)
		}
		require.Less(t, time.Since(begin), 8*time.Second, "other work goes on")
		return charge(ctx, tx, r)
	})
	require.NoError(t, err)
	duplicates.Wait()
	require.Equal(t, 1, s.charges(t))
}

// The statements of the business wait for locks as the connection says.
func TestLockTimeoutOfTheBusiness(t *testing.T) {
	t.Parallel()
	s := open(t)
	config := s.Config().Copy()
	config.ConnConfig.RuntimeParams["lock_timeout"] = "7000"
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store, err := pgstore.New(pool, pgstore.Options{})
	require.NoError(t, err)
	const note = "INSERT INTO charge SELECT current_setting('lock_timeout'), 1"
	_, err = store.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx pgx.Tx, _ driver.Record) (driver.Completion, error) {
		_, err := tx.Exec(ctx, note)
		return done, err
	})
	require.NoError(t, err)
	rows, err := s.Query(t.Context(), "SELECT customer FROM charge")
	require.NoError(t, err)
	noted, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Equal(t, []string{"7s"}, noted)
}

// A record that a transaction is about to write keeps no other call waiting for
// as long as that takes.
func TestCallsBesideATransaction(t *testing.T) {
	t.Parallel()
	s := open(t)
	old := claim(1, 1)
	_, err := s.Claim(t.Context(), old)
	require.NoError(t, err)
	require.NoError(t, s.Renew(t.Context(), ref(old, 1), driver.Renewal{}))
	for name, c := range map[string]struct {
		key  byte
		call func() error
		code string
	}{
		"a claim of a record that is not there yet": {2, func() error {
			got, err := s.Claim(t.Context(), claim(2, 3))
			require.False(t, got.Won)
			require.Equal(t, driver.StateInProgress, got.Record.State)
			require.Positive(t, got.Record.Remaining)
			return err
		}, ""},
		"a claim of what is taken over": {1, func() error {
			got, err := s.Claim(t.Context(), claim(1, 3))
			require.False(t, got.Won)
			require.Equal(t, driver.StateInProgress, got.Record.State)
			require.Positive(t, got.Record.Remaining, "it is not to be had now")
			return err
		}, ""},
		"a renewal":  {1, func() error { return s.Renew(t.Context(), ref(old, 1), driver.Renewal{Lease: time.Hour}) }, "55P03"},
		"a finish":   {1, func() error { return s.Finish(t.Context(), ref(old, 1), done) }, "55P03"},
		"a release":  {1, func() error { return s.Release(t.Context(), ref(old, 1)) }, "55P03"},
		"a verdict":  {1, func() error { return s.Resolve(t.Context(), old.Key, 1, done) }, "55P03"},
		"a deletion": {1, func() error { return s.Delete(t.Context(), old.Key) }, "55P03"},
	} {
		t.Run(name, func(t *testing.T) {
			stop := context.Canceled
			_, err := s.Transact(t.Context(), claim(c.key, 2), func(context.Context, pgx.Tx, driver.Record) (driver.Completion, error) {
				begin := time.Now()
				err := c.call()
				require.Less(t, time.Since(begin), 4*time.Second)
				if c.code == "" {
					require.NoError(t, err)
				} else {
					require.ErrorContains(t, err, c.code)
				}
				return done, stop
			})
			require.ErrorIs(t, err, stop)
		})
	}
}
