package idempotency_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// An operator resolves work that needs review.
func TestResolve(t *testing.T) {
	t.Parallel()
	declined := temporal.NewNonRetryableApplicationError("declined", "Declined", nil)
	for name, c := range map[string]struct {
		resolve func(*fixture, driver.Entry) error
		got     int
		err     string
		calls   int
	}{
		"Resolve records a result": {
			resolve: func(r *fixture, e driver.Entry) error { return r.guard.Resolve(t.Context(), e.Key, e.Fence, 7) },
			got:     7, calls: 1,
		},
		"ResolveError records a failure": {
			resolve: func(r *fixture, e driver.Entry) error {
				return r.guard.ResolveError(t.Context(), e.Key, e.Fence, declined)
			},
			err: "declined", calls: 1,
		},
		"Retry lets the work run again": {
			resolve: func(r *fixture, e driver.Entry) error { return r.guard.Retry(t.Context(), e.Key, e.Fence) },
			got:     2, calls: 2,
		},
		"Delete frees the key": {
			resolve: func(r *fixture, e driver.Entry) error { return r.guard.Delete(t.Context(), e.Key) },
			got:     2, calls: 2,
		},
		"an old fence is refused": {
			resolve: func(r *fixture, e driver.Entry) error {
				require.ErrorIs(t, r.guard.Retry(t.Context(), e.Key, e.Fence-1), driver.ErrLeaseLost)
				return nil
			},
			err: "is not known", calls: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			r.guard = guardOn(r.memory)
			review := idempotency.ActivityOptions{ReviewAbandoned: true}
			_, err := r.do(review, errors.New("reset"))
			require.ErrorContains(t, err, "reset")
			entries, err := r.guard.List(t.Context(), driver.Query{State: driver.StateIndeterminate, Limit: 9})
			require.NoError(t, err)
			require.Len(t, entries, 1)
			require.Equal(t, "count", entries[0].Info.ActivityType)
			seen, err := r.guard.Record(t.Context(), entries[0].Key)
			require.NoError(t, err)
			require.Equal(t, driver.StateIndeterminate, seen.State)
			require.NoError(t, c.resolve(r, entries[0]))
			got, err := r.do(review, nil)
			require.Equal(t, c.got, got)
			if c.err != "" {
				require.ErrorContains(t, err, c.err)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, c.calls, r.calls)
		})
	}
	r := newFixture(t)
	plain := guardOn(struct{ driver.Store }{r.memory})
	_, err := plain.List(t.Context(), driver.Query{})
	require.ErrorContains(t, err, "use a store that is an Admin")
	require.ErrorContains(t, plain.Delete(t.Context(), driver.Key{}), "use a store that is an Admin")
	require.ErrorContains(t, r.guard.Resolve(t.Context(), driver.Key{}, 1, func() {}), "cannot be encoded")
	_, err = driver.ParseKey("12")
	require.ErrorContains(t, err, "give the 64 hex digits")
}
