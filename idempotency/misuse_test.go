package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// What is wired wrongly does not start.
func TestInvalidSetUpPanics(t *testing.T) {
	t.Parallel()
	g, l := newGuard(nil), &ledger{Store: memstore.New(memstore.Options{})}
	book := func(context.Context, *tx, order) (int, error) { return 0, nil }
	result := func(context.Context, order) (int, error) { return 0, nil }
	requireRefused(t, "NewGuard needs a store", func() { guardOn(nil) })
	requireRefused(t, "NewGuard needs Options.DataConverter", func() { idempotency.NewGuard(l, idempotency.Options{}) })
	requireRefused(t, "Wrap needs a guard and a function", func() { idempotency.Wrap(nil, result, idempotency.ActivityOptions{}) })
	requireRefused(t, "Wrap needs a guard and a function", func() { idempotency.Wrap[order, int](g, nil, idempotency.ActivityOptions{}) })
	requireRefused(t, "InTx needs a guard, a store and a function", func() { idempotency.InTx(g, nil, book, idempotency.ActivityOptions{}) })
	requireRefused(t, "InTx needs a guard, a store and a function",
		func() { idempotency.InTx[*tx, order, int](g, l, nil, idempotency.ActivityOptions{}) })
	requireRefused(t, "the interceptor needs a guard", func() { (*idempotency.Guard)(nil).Interceptor(nil) })
	requireRefused(t, "set TransportOptions.Hosts", func() { idempotency.Transport(nil, idempotency.TransportOptions{}) })
	for _, host := range []string{"", "https://api.example.com", "api.example.com/v1", "user@api.example.com", "api example"} {
		requireRefused(t, "write it without scheme, path and user",
			func() { idempotency.Transport(nil, idempotency.TransportOptions{Hosts: []string{host}}) })
	}
}

// misuses are activities that use a guard in ways that cannot work, with how often
// they may have an effect.
var misuses = map[string]func(r *fixture, did func()) func(context.Context, order) (int, error){
	"an activity that is guarded twice": func(r *fixture, did func()) func(context.Context, order) (int, error) {
		inner := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) { did(); return 7, nil }, idempotency.ActivityOptions{})
		return idempotency.Wrap(r.guard, inner, idempotency.ActivityOptions{})
	},
	"one that is guarded under another key within": func(r *fixture, did func()) func(context.Context, order) (int, error) {
		inner := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) { did(); return 7, nil },
			idempotency.ActivityOptions{Key: byOrder})
		return idempotency.Wrap(r.guard, inner, idempotency.ActivityOptions{})
	},
	"two guarded functions in one activity": func(r *fixture, did func()) func(context.Context, order) (int, error) {
		reserve := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) { return 1, nil }, idempotency.ActivityOptions{})
		charge := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) { did(); return 2, nil }, idempotency.ActivityOptions{})
		return func(ctx context.Context, o order) (int, error) {
			if _, err := reserve(ctx, o); err != nil {
				return 0, err
			}
			return charge(context.WithValue(ctx, byOrderKey{}, 1), o)
		}
	},
	"one guarded function, called twice": func(r *fixture, did func()) func(context.Context, order) (int, error) {
		n := 0
		charge := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) {
			if n++; n == 2 {
				did()
			}
			return n, nil
		}, idempotency.ActivityOptions{})
		return func(ctx context.Context, _ order) (int, error) {
			if _, err := charge(ctx, o1); err != nil {
				return 0, err
			}
			return charge(ctx, o2)
		}
	},
	"a step that comes twice": func(r *fixture, did func()) func(context.Context, order) (int, error) {
		return idempotency.Wrap(r.guard, func(ctx context.Context, _ order) (int, error) {
			_, err := idempotency.Step(ctx, "mail", func(context.Context) (int, error) { return 1, nil })
			require.NoError(r.t, err)
			return idempotency.Step(ctx, "mail", func(context.Context) (int, error) { did(); return 2, nil })
		}, idempotency.ActivityOptions{})
	},
	"work within itself": func(r *fixture, did func()) func(context.Context, order) (int, error) {
		return func(ctx context.Context, _ order) (int, error) {
			return idempotency.Do(ctx, r.guard, "mail", "k", func(ctx context.Context) (int, error) {
				return idempotency.Do(ctx, r.guard, "other", "k", func(ctx context.Context) (int, error) {
					return idempotency.Do(ctx, r.guard, "mail", "k", func(context.Context) (int, error) { did(); return 2, nil },
						idempotency.ActivityOptions{})
				}, idempotency.ActivityOptions{})
			}, idempotency.ActivityOptions{})
		}
	},
}

type byOrderKey struct{}

// ReasonMisuse fails at once, and with a reason: nothing is skipped in silence, and
// nothing waits for itself.
func TestMisuseFailsAtOnce(t *testing.T) {
	t.Parallel()
	for name, fn := range misuses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, env, did := newFixture(t), testenv.New(), 0
			env.RegisterActivityWithOptions(fn(r, func() { did++ }), activity.RegisterOptions{Name: "Charge"})
			began := time.Now()
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
				return workflow.ExecuteActivity(ctx, "Charge", o1).Get(ctx, nil)
			})
			require.Equal(t, idempotency.ReasonMisuse, reasonOf(env.GetWorkflowError()), "%v", env.GetWorkflowError())
			require.Zero(t, did)
			require.Less(t, time.Since(began), 5*time.Second)
		})
	}
}

// What is missing is said, and nothing panics while activities run.
func TestMissingFunctionIsMisuse(t *testing.T) {
	t.Parallel()
	g := newGuard(nil)
	for name, c := range map[string]struct {
		guard *idempotency.Guard
		fn    func(context.Context) (int, error)
	}{
		"no function": {guard: g}, "no guard": {fn: func(context.Context) (int, error) { return 1, nil }},
		"a step without a function": {
			guard: g, fn: func(ctx context.Context) (int, error) { return idempotency.Step[int](ctx, "part", nil) },
		},
	} {
		_, err := idempotency.Do(t.Context(), c.guard, "work", name, c.fn, idempotency.ActivityOptions{})
		require.Equal(t, idempotency.ReasonMisuse, reasonOf(err), "%s: %v", name, err)
	}
}

// A guard by the interceptor and one by Wrap are two.
func TestGuardedByInterceptorAndWrap(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	env := testenv.New(r.guard.Interceptor(map[string]idempotency.ActivityOptions{"Charge": {}}))
	env.RegisterActivityWithOptions(idempotency.Wrap(r.guard, func(context.Context, order) (int, error) { r.calls++; return 7, nil },
		idempotency.ActivityOptions{}), activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(twice("", o1, o1, "Charge"))
	require.Equal(t, idempotency.ReasonMisuse, reasonOf(env.GetWorkflowError()), "%v", env.GetWorkflowError())
	require.Zero(t, r.calls)
}

// An activity may try a guarded function again, and do several works by Do.
func TestAllowedNesting(t *testing.T) {
	t.Parallel()
	r, env := newFixture(t), testenv.New()
	charge := idempotency.Wrap(r.guard, func(context.Context, order) (int, error) {
		if r.calls++; r.calls == 1 {
			return 0, errors.New("reset")
		}
		return r.calls, nil
	}, idempotency.ActivityOptions{})
	env.RegisterActivityWithOptions(func(ctx context.Context, o order) (int, error) {
		_, err := charge(ctx, o)
		require.ErrorContains(t, err, "reset")
		_, err = charge(ctx, o)
		require.NoError(t, err)
		for range 2 {
			got, err := idempotency.Do(ctx, r.guard, "mail", "k", func(context.Context) (int, error) { r.calls++; return r.calls, nil },
				idempotency.ActivityOptions{})
			require.NoError(t, err)
			require.Equal(t, 3, got)
		}
		return 0, nil
	}, activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(runWithHeartbeat("Charge", time.Second))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 3, r.calls)
}
