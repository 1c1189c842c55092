//go:build servers

package pgstore_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
)

func TestBatch(t *testing.T) {
	t.Parallel()
	t.Run("keeps effect and record together, once", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		first, err := s.Batch(t.Context(), claim(1, 1), done, charging)
		require.NoError(t, err)
		require.True(t, first.Won)
		kept, err := s.Get(t.Context(), claim(1, 1).Key)
		require.NoError(t, err)
		require.Positive(t, kept.Age)
		kept.Age = 0
		require.Equal(t, kept, first.Record, "the answer is what is kept")
		again, err := s.Batch(t.Context(), claim(1, 2), idempotency.Final{State: idempotency.Failed}, charging)
		require.NoError(t, err)
		require.False(t, again.Won)
		require.Equal(t, done.Result, again.Record.Result)
		require.Equal(t, 1, s.charges(t))
	})
	t.Run("has one effect when 64 want it", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		var won, same atomic.Int32
		var all sync.WaitGroup
		for owner := range byte(64) {
			all.Go(func() {
				got, err := s.Batch(t.Context(), claim(1, owner), done, charging)
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
		require.EqualValues(t, 64, same.Load())
		require.Equal(t, 1, s.charges(t))
	})
	t.Run("takes nothing from work that goes on", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Claim(t.Context(), claim(1, 1))
		require.NoError(t, err)
		got, err := s.Batch(t.Context(), claim(1, 2), done, charging)
		require.NoError(t, err)
		require.False(t, got.Won)
		require.Equal(t, idempotency.Running, got.Record.State)
		require.Zero(t, s.charges(t))
	})
	t.Run("rolls everything back when a statement fails", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Batch(t.Context(), claim(1, 1), done, func(b *pgx.Batch) error {
			b.Queue(chargeAnn, 20)
			b.Queue(chargeAnn, -20)
			return nil
		})
		var answer *pgconn.PgError
		require.ErrorAs(t, err, &answer)
		require.Equal(t, "charge_euros_check", answer.ConstraintName)
		_, err = s.Batch(t.Context(), claim(1, 1), done, func(b *pgx.Batch) error {
			b.Queue("INSERT INTO nowhere VALUES (1)")
			return nil
		})
		require.ErrorContains(t, err, "nowhere")
		empty := errors.New("nothing to do")
		_, err = s.Batch(t.Context(), claim(1, 1), done, func(*pgx.Batch) error { return empty })
		require.ErrorIs(t, err, empty)
		_, err = s.Get(t.Context(), claim(1, 1).Key)
		require.ErrorIs(t, err, idempotency.ErrNoRecord)
		require.Zero(t, s.charges(t))
	})
	t.Run("waits no longer than its lease", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		blocked(t, s, func(c idempotency.Claim) (idempotency.Claimed, error) { return s.Batch(t.Context(), c, done, charging) })
	})
	t.Run("leaves it to the connection how long a statement waits for a lock", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Exec(t.Context(), chargeAnn, 20)
		require.NoError(t, err)
		config := s.Config().Copy()
		config.ConnConfig.RuntimeParams["lock_timeout"] = "50"
		impatient, err := pgxpool.NewWithConfig(t.Context(), config)
		require.NoError(t, err)
		t.Cleanup(impatient.Close)
		store, err := pgstore.New(impatient, pgstore.Options{})
		require.NoError(t, err)
		require.NoError(t, pgx.BeginFunc(t.Context(), s.Pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), "SELECT FROM charge FOR UPDATE")
			require.NoError(t, err)
			_, err = store.Batch(t.Context(), claim(1, 1), done, func(b *pgx.Batch) error {
				b.Queue("UPDATE charge SET euros = 30")
				return nil
			})
			var refused *idempotency.StatementError
			require.ErrorAs(t, err, &refused)
			require.ErrorContains(t, err, "55P03")
			return nil
		}))
	})
	t.Run("refuses what no store takes", func(t *testing.T) {
		t.Parallel()
		s := open(t)
		_, err := s.Batch(t.Context(), idempotency.Claim{}, done, charging)
		require.ErrorContains(t, err, "a lease of 0s")
		_, err = s.Batch(t.Context(), claim(1, 1), idempotency.Final{}, charging)
		require.ErrorContains(t, err, "cannot finish in state 0")
	})
	t.Run("with a record that is there", func(t *testing.T) { testBatchOver(t) })
}

// testBatchOver sends batches for keys that have a record.
func testBatchOver(t *testing.T) {
	update := func(set string) func(context.Context, *shop) error {
		return func(ctx context.Context, s *shop) error {
			_, err := s.Exec(ctx, "UPDATE idempotency_record SET "+set)
			return err
		}
	}
	abandoned := func(ctx context.Context, s *shop) error {
		return s.Renew(ctx, ref(claim(1, 1), 1), idempotency.Renewal{})
	}
	released := func(ctx context.Context, s *shop) error { return s.Release(ctx, ref(claim(1, 1), 1)) }
	for name, tc := range map[string]struct {
		leave     func(context.Context, *shop) error
		hold      bool
		won       bool
		takenOver bool
	}{
		"free":               {leave: released, won: true},
		"abandoned":          {leave: abandoned, won: true, takenOver: true},
		"to be held":         {leave: abandoned, hold: true},
		"of this owner":      {leave: update("owner = overlay(owner PLACING '\\x02'::bytea FROM 1)"), won: true},
		"past its retention": {leave: update("state = 2, expires_at = now()"), won: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			_, err := s.Claim(t.Context(), claim(1, 1))
			require.NoError(t, err)
			require.NoError(t, tc.leave(t.Context(), s))
			c := claim(1, 2)
			c.Hold = tc.hold
			got, err := s.Batch(t.Context(), c, done, charging)
			require.NoError(t, err)
			require.Equal(t, tc.won, got.Won)
			require.Equal(t, tc.takenOver, got.Record.TakenOver)
			kept, err := s.Get(t.Context(), c.Key)
			require.NoError(t, err)
			want, charges := idempotency.Unknown, 0
			if tc.won {
				want, charges = idempotency.Done, 1
			}
			require.Equal(t, want, kept.State)
			require.Equal(t, want, got.Record.State)
			require.Equal(t, charges, s.charges(t))
		})
	}
}
