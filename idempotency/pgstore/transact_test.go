//go:build servers

package pgstore_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

func TestTransact(t *testing.T) {
	t.Parallel()
	t.Run("has one effect when 64 want it", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		var won, same atomic.Int32
		var all sync.WaitGroup
		for owner := range byte(64) {
			all.Go(func() {
				got, err := s.Transact(t.Context(), claim(1, owner), charge)
				if err == nil && got.Won {
					won.Add(1)
				}
				if err == nil && string(got.Record.Result) == string(done.Result) {
					same.Add(1)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, won.Load())
		require.EqualValues(t, 64, same.Load(), "all have waited for the one, and have its result")
		require.Equal(t, 1, s.charges(t))
	})
	t.Run("rolls everything back when run fails", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		declined := errors.New("card declined")
		_, err := s.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx pgx.Tx, r driver.Record) (driver.Completion, error) {
			f, err := charge(ctx, tx, r)
			require.NoError(t, err)
			return f, declined
		})
		require.Same(t, declined, err, "the error is run's own")
		nothing(t, s)
	})
	t.Run("leaves nothing when the server ends the connection before the commit", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx pgx.Tx, r driver.Record) (driver.Completion, error) {
			f, err := charge(ctx, tx, r)
			require.NoError(t, err)
			_, err = s.Exec(ctx, "SELECT pg_terminate_backend($1, 10000)", tx.Conn().PgConn().PID())
			require.NoError(t, err)
			return f, nil
		})
		require.Error(t, err)
		nothing(t, s)
		got, err := s.Transact(t.Context(), claim(1, 2), charge)
		require.NoError(t, err)
		require.True(t, got.Won)
		require.False(t, got.Record.TakenOver, "it is known that nothing has happened")
		require.Equal(t, 1, s.charges(t))
	})
	t.Run("holds abandoned work", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Claim(t.Context(), claim(1, 1))
		require.NoError(t, err)
		require.NoError(t, s.Renew(t.Context(), ref(claim(1, 1), 1), driver.Renewal{}))
		c := claim(1, 2)
		c.NeedsReview = true
		got, err := s.Transact(t.Context(), c, charge)
		require.NoError(t, err)
		require.False(t, got.Won)
		kept, err := s.Get(t.Context(), c.Key)
		require.NoError(t, err)
		require.Equal(t, driver.StateIndeterminate, kept.State)
		require.Zero(t, s.charges(t))
	})
	t.Run("waits no longer than its lease", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		blocked(t, s, func(c driver.Claim) (driver.ClaimResult, error) { return s.Transact(t.Context(), c, charge) })
	})
	t.Run("says that it could not begin", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		s.Close()
		_, err := s.Transact(t.Context(), claim(1, 1), charge)
		require.ErrorContains(t, err, "could not begin")
	})
}

// nothing wants that neither the business nor the store has anything.
func nothing(t *testing.T, s *shop) {
	t.Helper()
	_, err := s.Get(t.Context(), claim(1, 1).Key)
	require.ErrorIs(t, err, driver.ErrNoRecord)
	require.Zero(t, s.charges(t))
}

// blocked holds a key in a transaction and lets call ask for it.
func blocked(t *testing.T, s *shop, call func(driver.Claim) (driver.ClaimResult, error)) {
	t.Helper()
	_, err := s.Transact(t.Context(), claim(1, 1), func(ctx context.Context, tx pgx.Tx, r driver.Record) (driver.Completion, error) {
		c := claim(1, 2)
		c.Lease = 50 * time.Millisecond
		begin := time.Now()
		got, err := call(c)
		require.NoError(t, err)
		require.False(t, got.Won)
		require.Equal(t, driver.StateInProgress, got.Record.State, "a person is at it")
		require.GreaterOrEqual(t, time.Since(begin), c.Lease)
		require.Less(t, time.Since(begin), 20*time.Second)
		return charge(ctx, tx, r)
	})
	require.NoError(t, err)
	require.Equal(t, 1, s.charges(t))
}

// TestLostAnswers cuts connections at the commit.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	transact := func(s *shop) (driver.ClaimResult, error) { return s.Transact(t.Context(), claim(1, 1), charge) }
	for name, tc := range map[string]struct {
		call func(*shop) (driver.ClaimResult, error)
		cut  cut
	}{
		"a transaction that is committed":         {transact, cut{"commit", true}},
		"a transaction that is not":               {transact, cut{"commit", false}},
		"a transaction that has not got that far": {transact, cut{"receipt 7", true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			s.tap.cut.Store(&tc.cut)
			got, err := tc.call(s)
			require.Nil(t, s.tap.cut.Load(), "the connection was cut")
			committed := s.charges(t) == 1
			if committed {
				require.NoError(t, err)
				require.True(t, got.Won)
				require.Equal(t, done.Result, got.Record.Result)
			} else {
				require.Error(t, err)
				nothing(t, s)
			}
			again, err := tc.call(s)
			require.NoError(t, err)
			require.Equal(t, !committed, again.Won)
			require.Equal(t, 1, s.charges(t))
		})
	}
}
