package idempotency_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// Calls whose values make no sense do not start, however an activity is guarded.
func TestOptionsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	result := func(context.Context, order) (int, error) { return 0, nil }
	for name, c := range map[string]struct {
		call idempotency.ActivityOptions
		want string
	}{
		"a key and a chain step": {
			call: idempotency.ActivityOptions{ChainStep: "charge", Key: byOrder},
			want: "ActivityOptions has Key and ChainStep",
		},
		"a negative DownstreamTTL": {
			call: idempotency.ActivityOptions{PassThrough: true, DownstreamTTL: -1},
			want: "ActivityOptions.DownstreamTTL is -1ns",
		},
		"a negative retention": {
			call: idempotency.ActivityOptions{Retain: -time.Hour}, want: "ActivityOptions.Retain is -1h0m0s",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, l := newGuard(nil), &ledger{Store: memstore.New(memstore.Options{})}
			requireRefused(t, c.want, func() { idempotency.Wrap(g, result, c.call) })
			requireRefused(t, c.want, func() {
				idempotency.InTx(g, l, func(context.Context, *tx, order) (int, error) { return 0, nil }, c.call)
			})
			requireRefused(t, c.want, func() { g.Interceptor(map[string]idempotency.ActivityOptions{"Charge": c.call}) })
			n := &none{}
			require.ErrorContains(t, idempotency.Register(n, g, &shop{}, map[string]idempotency.ActivityOptions{"Charge": c.call}), c.want)
			require.Empty(t, n.names)
		})
	}
}

// Do has its key as an argument, and refuses a call that would make another.
func TestOptionsThatMakeNoSenseInDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]idempotency.ActivityOptions{
		"a key":                {Key: byOrder},
		"a chain step":         {ChainStep: "count"},
		"a negative retention": {Retain: -1},
	} {
		r := newFixture(t)
		_, err := r.do(c, nil)
		require.Equal(t, idempotency.ReasonMisuse, reasonOf(err), "%s: %v", name, err)
		require.Zero(t, r.calls, name)
	}
}

// found is a Call whose Reconcile has found that value.
func found(value any) idempotency.ActivityOptions {
	return idempotency.ActivityOptions{Key: byName, Reconcile: func(context.Context, idempotency.PriorAttempt) (idempotency.Reconciliation,
		error,
	) {
		return idempotency.Completed(value), nil
	}}
}

// A value of another type than the work returns is refused, and not kept: once
// Reconcile is corrected, the record says what it should.
func TestReconcileRefusesResultOfAnotherType(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{
		"a text": "7", "another size of number": int64(7), "a pointer": new(int), "nothing": nil, "what a JSON number fits into": 7.0,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, c := newFixture(t), found(value)
			c.Key = nil
			r.killed(c)
			_, err := r.do(c, nil)
			require.Equal(t, idempotency.ReasonMisuse, reasonOf(err), "%v", err)
			require.Equal(t, driver.StateInProgress, r.stateOf("count"), "it is abandoned, as before")
			c.Reconcile = found(7).Reconcile
			got, err := r.do(c, nil)
			require.NoError(t, err)
			require.Equal(t, 7, got)
			require.Equal(t, 1, r.calls)
		})
	}
}

// Activities of each form know what they return.
func TestReconcileTakesResultOfActivityType(t *testing.T) {
	t.Parallel()
	type names []string
	for name, c := range map[string]struct {
		fn   func(idempotencytest.Kit, *int, idempotency.ActivityOptions) any
		call idempotency.ActivityOptions
		want idempotency.Reason
	}{
		"an order for an order":         {fn: wrapOf[order], call: found(o1)},
		"an order for a pointer to one": {fn: wrapOf[*order], call: found(o1), want: idempotency.ReasonMisuse},
		"nil for a pointer":             {fn: wrapOf[*order], call: found(nil)},
		"nil for a list":                {fn: wrapOf[[]order], call: found(nil)},
		"nil for no value":              {fn: wrapOf[struct{}], call: found(nil)},
		"nil for a text":                {fn: wrapOf[string], call: found(nil), want: idempotency.ReasonMisuse},
		"a list of its elements":        {fn: wrapOf[names], call: found([]string{"a"})},
		"a list of others":              {fn: wrapOf[names], call: found([]int{1}), want: idempotency.ReasonMisuse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kit, done := idempotencytest.New(), 0
			_, err := kit.CrashAfterEffect(c.fn(kit, &done, c.call), o1)
			require.Equal(t, c.want, reasonOf(err), "%v", err)
			require.Equal(t, c.want == "", err == nil, "%v", err)
			require.Equal(t, 1, done)
		})
	}
}

func wrapOf[Out any](kit idempotencytest.Kit, done *int, c idempotency.ActivityOptions) any {
	return idempotency.Wrap(kit.Guard, func(context.Context, order) (out Out, err error) { *done++; return out, nil }, c)
}

// A retention that is to last forever lasts forever, whatever time is left.
func TestLongestRetention(t *testing.T) {
	t.Parallel()
	for name, within := range map[string]time.Duration{"a short time": time.Minute, "a long time": math.MaxInt64} {
		r := newFixture(t)
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		for range 2 {
			got, err := idempotency.Do(ctx, r.guard, "count", "k", func(context.Context) (int, error) { r.calls++; return r.calls, nil },
				idempotency.ActivityOptions{Retain: math.MaxInt64})
			require.NoError(t, err, name)
			require.Equal(t, 1, got, name)
			r.clock.Advance(100 * 365 * 24 * time.Hour)
		}
	}
}
