package idempotency_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// fixture is guarded work on a store that can fail, with a clock of its own.
type fixture struct {
	t      *testing.T
	clock  *idempotencytest.Clock
	memory *memstore.Store
	store  *idempotencytest.Store // the same, which can fail
	guard  *idempotency.Guard
	kinds  []idempotency.EventKind
	calls  int // of the work
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	r := &fixture{t: t, clock: idempotencytest.NewClock()}
	r.memory = memstore.New(memstore.Options{Now: r.clock.Now})
	r.store = idempotencytest.NewStore(r.memory)
	r.guard = idempotency.NewGuard(r.store, idempotency.Options{
		DataConverter: converter.GetDefaultDataConverter(),
		Observe:       func(_ context.Context, e idempotency.Event) { r.kinds = append(r.kinds, e.Kind) },
	})
	return r
}

// reasonOf returns the reason of err, and "" when it has none.
func reasonOf(err error) idempotency.Reason {
	reason, _ := idempotency.ReasonOf(err)
	return reason
}

// guardOn returns a guard with the SDK's data converter.
func guardOn(store driver.Store) *idempotency.Guard {
	return idempotency.NewGuard(store, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
}

// newGuard is a guard on a store in memory, with the real clock.
func newGuard(c converter.DataConverter) *idempotency.Guard {
	if c == nil {
		c = converter.GetDefaultDataConverter()
	}
	return idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: c})
}

// do does work that returns how often it was done, or err.
func (r *fixture) do(c idempotency.ActivityOptions, err error) (int, error) {
	r.t.Helper()
	return idempotency.Do(r.t.Context(), r.guard, "count", "k", func(context.Context) (int, error) {
		r.calls++
		return r.calls, err
	}, c)
}

// killed does work whose worker dies between the effect and its record.
func (r *fixture) killed(c idempotency.ActivityOptions) {
	r.t.Helper()
	r.store.Crash()
	_, err := r.do(c, nil)
	require.Equal(r.t, idempotency.ReasonLeaseLost, reasonOf(err), "no one hears of it")
	r.store.Recover()
	r.clock.Advance(time.Hour)
}
