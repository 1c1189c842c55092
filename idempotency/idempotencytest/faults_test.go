package idempotencytest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

var ref = driver.Ref{Key: driver.Key{1}, Owner: driver.Owner{1}, Fence: 1}

func claim(ctx context.Context, s driver.Store) error {
	_, err := s.Claim(ctx, driver.Claim{Key: ref.Key, Owner: ref.Owner, Lease: time.Hour, Retain: time.Hour})
	return err
}

// Each method fails when it is told to, before or after it has done its work.
func TestFaults(t *testing.T) {
	t.Parallel()
	methods := map[idempotencytest.Op]func(context.Context, driver.Store) error{
		idempotencytest.OpClaim: claim,
		idempotencytest.OpGet: func(ctx context.Context, s driver.Store) error {
			_, err := s.Get(ctx, ref.Key)
			return err
		},
		idempotencytest.OpRenew: func(ctx context.Context, s driver.Store) error {
			return s.Renew(ctx, ref, driver.Renewal{Lease: time.Hour, Progress: []byte("x")})
		},
		idempotencytest.OpFinish: func(ctx context.Context, s driver.Store) error {
			return s.Finish(ctx, ref, driver.Completion{State: driver.StateCompleted})
		},
		idempotencytest.OpRelease: func(ctx context.Context, s driver.Store) error { return s.Release(ctx, ref) },
	}
	for op, call := range methods {
		t.Run(string(op), func(t *testing.T) {
			t.Parallel()
			memory := memstore.New(memstore.Options{})
			s := idempotencytest.NewStore(memory)
			if op != idempotencytest.OpClaim {
				require.NoError(t, claim(t.Context(), memory))
			}
			before, _ := memory.Get(t.Context(), ref.Key)
			s.FailBefore(op, 1)
			require.ErrorIs(t, call(t.Context(), s), idempotencytest.ErrFault)
			untouched, _ := memory.Get(t.Context(), ref.Key)
			require.Equal(t, before.State, untouched.State)
			s.FailAfter(op, 1)
			require.ErrorIs(t, call(t.Context(), s), idempotencytest.ErrFault)
			require.NoError(t, call(t.Context(), s), "it has happened, and happens again")
			after, err := memory.Get(t.Context(), ref.Key)
			require.NoError(t, err)
			require.Equal(t, op == idempotencytest.OpGet, after.State == before.State && string(after.Progress) == string(before.Progress))
			require.Equal(t, 3, s.Calls(op))

			s.Delay(time.Hour)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			require.ErrorIs(t, call(ctx, s), context.Canceled, "it takes until the context ends")
			s.Delay(time.Nanosecond)
			require.NoError(t, call(t.Context(), s))
		})
	}
}

// The same seed is the same sequence of faults.
func TestFaultsAtRandom(t *testing.T) {
	t.Parallel()
	var runs [2]string
	for i := range runs {
		s := idempotencytest.NewStore(memstore.New(memstore.Options{}))
		s.FailAtRandom(0.5, 7)
		for range 64 {
			runs[i] += fmt.Sprint(claim(t.Context(), s) == nil)
		}
	}
	require.Equal(t, runs[0], runs[1])
	require.Contains(t, runs[0], "true")
	require.Contains(t, runs[0], "false")
}
