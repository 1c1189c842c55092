package idempotency_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// A retention that is to last for ever lasts for ever, whatever time is left.
func TestLongestRetention(t *testing.T) {
	t.Parallel()
	for name, within := range map[string]time.Duration{"a short time": time.Minute, "a long time": math.MaxInt64} {
		r := newRig(t)
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
