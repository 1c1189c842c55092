package idempotencytest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

// A store that is told nothing is a store like any other.
func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) storetest.Harness {
		clock := idempotencytest.NewClock()
		return storetest.Harness{Store: idempotencytest.NewStore(memstore.New(memstore.Options{Now: clock.Now})), Advance: clock.Advance}
	})
}

// Each method fails as it is told, before or after its effect.
func TestFaults(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	claim := idempotency.Claim{Key: idempotency.Digest{1}, Owner: idempotency.Owner{1}, Lease: time.Minute, Retain: time.Hour}
	ref := idempotency.Ref{Key: claim.Key, Owner: claim.Owner, Fence: 1}
	calls := map[idempotencytest.Op]func(*idempotencytest.Store) error{
		idempotencytest.Claim: func(s *idempotencytest.Store) error { _, err := s.Claim(ctx, claim); return err },
		idempotencytest.Get:   func(s *idempotencytest.Store) error { _, err := s.Get(ctx, claim.Key); return err },
		idempotencytest.Renew: func(s *idempotencytest.Store) error { return s.Renew(ctx, ref, idempotency.Renewal{Lease: time.Hour}) },
		idempotencytest.Finish: func(s *idempotencytest.Store) error {
			return s.Finish(ctx, ref, idempotency.Final{State: idempotency.Done})
		},
		idempotencytest.Release: func(s *idempotencytest.Store) error { return s.Release(ctx, ref) },
	}
	for op, call := range calls {
		for _, after := range []bool{false, true} {
			s := idempotencytest.NewStore(memstore.New(memstore.Options{}))
			_, err := s.Claim(ctx, claim)
			require.NoError(t, err)
			before, err := s.Store.Get(ctx, claim.Key)
			require.NoError(t, err)
			if after {
				s.LoseAnswer(op, 1)
			} else {
				s.FailBefore(op, 1)
			}
			require.ErrorIs(t, call(s), idempotencytest.ErrFault, "%s", op)
			now, err := s.Store.Get(ctx, claim.Key)
			require.NoError(t, err)
			if writes := op != idempotencytest.Claim && op != idempotencytest.Get && op != idempotencytest.Renew; writes {
				require.Equal(t, after, now.State != before.State, "%s", op)
			}
			require.NoError(t, call(s), "%s fails once", op)
			require.Positive(t, s.Calls(op))
		}
	}
	s := idempotencytest.NewStore(memstore.New(memstore.Options{}))
	_, err := s.Claim(ctx, claim)
	require.NoError(t, err)
	s.Kill()
	require.ErrorIs(t, calls[idempotencytest.Finish](s), idempotency.ErrLeaseLost)
	require.NoError(t, calls[idempotencytest.Get](s))
	s.Revive()
	require.NoError(t, calls[idempotencytest.Finish](s))
	s.FailAtRandom(1, 7)
	require.ErrorIs(t, calls[idempotencytest.Get](s), idempotencytest.ErrFault)
	s.FailAtRandom(0, 7)
	require.NoError(t, calls[idempotencytest.Get](s))
}

// A worker dies after the effect; the next attempt gives the service the same key.
func Example() {
	clock := idempotencytest.NewClock()
	store := idempotencytest.NewStore(memstore.New(memstore.Options{Now: clock.Now}))
	guard := idempotency.NewGuard(store, nil, idempotency.Options{})
	charged := map[string]bool{} // by the service
	charge := func() (string, error) {
		return idempotency.Do(context.Background(), guard, "charge", "order-7", func(ctx context.Context) (string, error) {
			charged[idempotency.DownstreamKey(ctx, "charge")] = true
			return "receipt", nil
		}, idempotency.Call{PassThrough: true})
	}
	store.Kill()
	_, _ = charge()
	store.Revive()
	clock.Advance(time.Hour) // its lease is over
	fmt.Println(charge())
	fmt.Println("charged:", len(charged))
	// Output:
	// receipt <nil>
	// charged: 1
}
