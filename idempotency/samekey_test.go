package idempotency_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// uncomparable is a store of a type that == panics for.
type uncomparable struct {
	driver.Store

	_ map[string]int
}

// One key names one record in each store, so the same key in another store is other
// work. Two guards on one store share the record.
func TestSameKeyWithinItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		inner func(outer *fixture) *idempotency.Guard
		want  idempotency.Reason
	}{
		"an inner call on the same guard": {inner: func(r *fixture) *idempotency.Guard { return r.guard }, want: idempotency.ReasonMisuse},
		"an inner call on another guard on the same store": {
			inner: func(r *fixture) *idempotency.Guard {
				return guardOn(r.store)
			},
			want: idempotency.ReasonMisuse,
		},
		"an inner call on another store": {inner: func(*fixture) *idempotency.Guard { return newGuard(nil) }},
		"an inner call on a store that cannot be compared": {
			inner: func(*fixture) *idempotency.Guard {
				return guardOn(uncomparable{Store: memstore.New(memstore.Options{})})
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			inner := c.inner(r)
			got, err := idempotency.Do(t.Context(), r.guard, "charge", "order-7", func(ctx context.Context) (int, error) {
				return idempotency.Do(ctx, inner, "charge", "order-7", func(context.Context) (int, error) { return 7, nil },
					idempotency.ActivityOptions{})
			}, idempotency.ActivityOptions{})
			require.Equal(t, c.want, reasonOf(err), "%v", err)
			if c.want == "" {
				require.NoError(t, err)
				require.Equal(t, 7, got)
			}
		})
	}
}
