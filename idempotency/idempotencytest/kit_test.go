package idempotencytest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// failing is a test that is expected to fail.
type failing struct{ text string }

func (f *failing) Errorf(format string, args ...any) { f.text += fmt.Sprintf(format, args...) }
func (*failing) Helper()                             {}
func (*failing) FailNow()                            {}

// ledger counts charges.
type ledger struct{ charges int }

func (l *ledger) count() int { return l.charges }

func (l *ledger) charge(_ context.Context, order string) (string, error) {
	l.charges++
	if order == "declined" {
		return "", temporal.NewNonRetryableApplicationError(order, "Declined", nil)
	}
	return fmt.Sprintf("receipt %d of %s", l.charges, order), nil
}

func TestTwice(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"order-7", "declined"} {
		kit, l := idempotencytest.New(), &ledger{}
		kit.Twice(t, l.count, idempotency.Wrap(kit.Guard, l.charge, idempotency.Call{}), order)
		require.Equal(t, 1, l.charges)
	}
	for order, want := range map[string]string{"order-7": "another result", "declined": "the second attempt has had an effect"} {
		found := &failing{}
		bare := &ledger{}
		idempotencytest.New().Twice(found, bare.count, bare.charge, order)
		require.Contains(t, found.text, want, "an activity without a guard is found")
	}
	kit, n := idempotencytest.New(), 0
	found := &failing{}
	kit.Twice(found, func() int { return 0 }, func(context.Context) error { n++; return fmt.Errorf("attempt %d", n) })
	require.Contains(t, found.text, "fails otherwise")
	found.text = ""
	kit.Twice(found, func() int { return 0 }, func(context.Context) error {
		if n++; n%2 == 0 {
			return errors.New("now it fails")
		}
		return nil
	})
	require.Contains(t, found.text, "the second attempt fails")
}

func TestKillAfterEffect(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call    idempotency.Call
		charges int
		refused idempotency.Reason
	}{
		"nothing closes the gap": {idempotency.Call{}, 2, ""},
		"hold":                   {idempotency.Call{OnAbandoned: idempotency.Hold}, 1, idempotency.Held},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit, l := idempotencytest.New(), &ledger{}
			_, err := kit.KillAfterEffect(idempotency.Wrap(kit.Guard, l.charge, c.call), "order-7")
			require.Equal(t, c.refused, idempotency.ReasonOf(err), "%v", err)
			require.Equal(t, c.charges, l.charges)
		})
	}
}

var ref = idempotency.Ref{Key: idempotency.Digest{1}, Owner: idempotency.Owner{1}, Fence: 1}

func claim(ctx context.Context, s idempotency.Store) error {
	_, err := s.Claim(ctx, idempotency.Claim{Key: ref.Key, Owner: ref.Owner, Lease: time.Hour, Retain: time.Hour})
	return err
}

// Each method fails when it is told to, before or after it has done its work.
func TestFaults(t *testing.T) {
	t.Parallel()
	methods := map[idempotencytest.Op]func(context.Context, idempotency.Store) error{
		idempotencytest.Claim: claim,
		idempotencytest.Get: func(ctx context.Context, s idempotency.Store) error {
			_, err := s.Get(ctx, ref.Key)
			return err
		},
		idempotencytest.Renew: func(ctx context.Context, s idempotency.Store) error {
			return s.Renew(ctx, ref, idempotency.Renewal{Lease: time.Hour, Progress: []byte("x")})
		},
		idempotencytest.Finish: func(ctx context.Context, s idempotency.Store) error {
			return s.Finish(ctx, ref, idempotency.Final{State: idempotency.Done})
		},
		idempotencytest.Release: func(ctx context.Context, s idempotency.Store) error { return s.Release(ctx, ref) },
	}
	for op, call := range methods {
		t.Run(string(op), func(t *testing.T) {
			t.Parallel()
			memory := memstore.New(memstore.Options{})
			s := idempotencytest.NewStore(memory)
			if op != idempotencytest.Claim {
				require.NoError(t, claim(t.Context(), memory))
			}
			before, _ := memory.Get(t.Context(), ref.Key)
			s.FailBefore(op, 1)
			require.ErrorIs(t, call(t.Context(), s), idempotencytest.ErrFault)
			untouched, _ := memory.Get(t.Context(), ref.Key)
			require.Equal(t, before.State, untouched.State)
			s.LoseAnswer(op, 1)
			require.ErrorIs(t, call(t.Context(), s), idempotencytest.ErrFault)
			require.NoError(t, call(t.Context(), s), "it has happened, and happens again")
			after, err := memory.Get(t.Context(), ref.Key)
			require.NoError(t, err)
			require.Equal(t, op == idempotencytest.Get, after.State == before.State && string(after.Progress) == string(before.Progress))
			require.Equal(t, 3, s.Calls(op))

			s.Slow(time.Hour)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			require.ErrorIs(t, call(ctx, s), context.Canceled, "it takes until the context ends")
			s.Slow(time.Nanosecond)
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
