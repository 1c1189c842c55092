package idempotencytest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// failing is a test that is expected to fail.
type failing struct{ text string }

func (f *failing) Errorf(format string, args ...any) { f.text += fmt.Sprintf(format, args...) }
func (*failing) Helper()                             {}
func (*failing) FailNow()                            {}

// reasonOf returns the reason of err, and "" when it has none.
func reasonOf(err error) idempotency.Reason {
	reason, _ := idempotency.ReasonOf(err)
	return reason
}

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

func TestRequireIdempotent(t *testing.T) {
	t.Parallel()
	for _, order := range []string{"order-7", "declined"} {
		kit, l := idempotencytest.New(), &ledger{}
		kit.RequireIdempotent(t, l.count, idempotency.Wrap(kit.Guard, l.charge, idempotency.ActivityOptions{}), order)
		require.Equal(t, 1, l.charges)
	}
	for order, want := range map[string]string{"order-7": "another result", "declined": "the second attempt has had an effect"} {
		found := &failing{}
		bare := &ledger{}
		idempotencytest.New().RequireIdempotent(found, bare.count, bare.charge, order)
		require.Contains(t, found.text, want, "an activity without a guard is found")
	}
	kit, n := idempotencytest.New(), 0
	found := &failing{}
	kit.RequireIdempotent(found, func() int { return 0 }, func(context.Context) error { n++; return fmt.Errorf("attempt %d", n) })
	require.Contains(t, found.text, "fails otherwise")
	found.text = ""
	kit.RequireIdempotent(found, func() int { return 0 }, func(context.Context) error {
		if n++; n%2 == 0 {
			return errors.New("now it fails")
		}
		return nil
	})
	require.Contains(t, found.text, "the second attempt fails")
}

func TestCrashAfterEffect(t *testing.T) {
	t.Parallel()
	t.Run("the effect comes behind what was kept of the work", func(t *testing.T) {
		t.Parallel()
		kit, l, reserved := idempotencytest.New(), &ledger{}, 0
		_, err := kit.CrashAfterEffect(idempotency.Wrap(kit.Guard, func(ctx context.Context, order string) (string, error) {
			if _, err := idempotency.Step(ctx, "reserve", func(context.Context) (int, error) { reserved++; return reserved, nil }); err != nil {
				return "", err
			}
			return l.charge(ctx, order)
		}, idempotency.ActivityOptions{}), "order-7")
		require.NoError(t, err)
		require.Equal(t, 1, reserved, "the step is kept")
		require.Equal(t, 2, l.charges, "nothing closes the gap behind it")
	})
	t.Run("an activity that fails dies as well", func(t *testing.T) {
		t.Parallel()
		kit, l := idempotencytest.New(), &ledger{}
		_, err := kit.CrashAfterEffect(idempotency.Wrap(kit.Guard, l.charge, idempotency.ActivityOptions{}), "declined")
		require.ErrorContains(t, err, "declined")
		require.Equal(t, 2, l.charges)
	})
	t.Run("an activity that writes no record proves nothing", func(t *testing.T) {
		t.Parallel()
		kit, l := idempotencytest.New(), &ledger{}
		_, err := kit.CrashAfterEffect(l.charge, "order-7")
		require.ErrorContains(t, err, "without a record that could be lost")
		charge := idempotency.Wrap(kit.Guard, l.charge, idempotency.ActivityOptions{})
		_, err = kit.Attempt(charge, "order-7")
		require.NoError(t, err)
		_, err = kit.CrashAfterEffect(charge, "order-7")
		require.ErrorContains(t, err, "new to this Kit", "it is done already")
	})
	for name, c := range map[string]struct {
		call    idempotency.ActivityOptions
		charges int
		refused idempotency.Reason
	}{
		"nothing closes the gap": {call: idempotency.ActivityOptions{}, charges: 2},
		"hold":                   {call: idempotency.ActivityOptions{ReviewAbandoned: true}, charges: 1, refused: idempotency.ReasonNeedsReview},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit, l := idempotencytest.New(), &ledger{}
			_, err := kit.CrashAfterEffect(idempotency.Wrap(kit.Guard, l.charge, c.call), "order-7")
			require.Equal(t, c.refused, reasonOf(err), "%v", err)
			require.Equal(t, c.charges, l.charges)
		})
	}
}

func TestAttemptsAreNumbered(t *testing.T) {
	t.Parallel()
	kit := idempotencytest.New()
	var numbers []int32
	for range 3 {
		_, err := kit.Attempt(func(ctx context.Context) error {
			numbers = append(numbers, activity.GetInfo(ctx).Attempt)
			return nil
		})
		require.NoError(t, err)
	}
	require.Equal(t, []int32{1, 2, 3}, numbers)
}

func TestIndeterminateWorkIsResolved(t *testing.T) {
	t.Parallel()
	kit := idempotencytest.New()
	fn := idempotency.Wrap(kit.Guard, func(context.Context, string) (string, error) { return "", errors.New("connection reset") },
		idempotency.ActivityOptions{ReviewAbandoned: true})
	_, err := kit.Attempt(fn, "order-7")
	require.Error(t, err)
	_, err = kit.Attempt(fn, "order-7")
	require.Equal(t, idempotency.ReasonNeedsReview, reasonOf(err))
	held, err := kit.Guard.List(t.Context(), driver.Query{State: driver.StateIndeterminate, Limit: 9})
	require.NoError(t, err)
	require.Len(t, held, 1)
	require.NoError(t, kit.Guard.Resolve(t.Context(), held[0].Key, held[0].Fence, "receipt 7"))
	value, err := kit.Attempt(fn, "order-7")
	require.NoError(t, err)
	require.Contains(t, fmt.Sprint(value.HasValue()), "true")
	require.NoError(t, kit.Guard.Delete(t.Context(), held[0].Key))
}

// A store that is no more than a Store says so.
func TestPlainStores(t *testing.T) {
	t.Parallel()
	s := idempotencytest.NewStore(struct{ driver.Store }{memstore.New(memstore.Options{})})
	_, err := s.List(t.Context(), driver.Query{Limit: 1})
	require.ErrorContains(t, err, "wrap a store that is an Admin")
	_, err = s.Sweep(t.Context(), 1)
	require.ErrorContains(t, err, "wrap a store that is a Sweeper")
}
