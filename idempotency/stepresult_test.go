package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// What fits into a record is there for the next attempt: as long as a store keeps
// it, it can be read.
func TestLargeStepsAreRead(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"a quarter of a megabyte": 256 << 10, "more than a megabyte": 1200 << 10} {
		r, parts := newFixture(t), 0
		run := func(fail bool) error {
			_, err := idempotency.Do(t.Context(), r.guard, "steps", "k", func(ctx context.Context) (int, error) {
				b, err := idempotency.Step(ctx, "one", func(context.Context) ([]byte, error) { parts++; return make([]byte, size), nil })
				if err == nil && fail {
					err = errors.New("once more")
				}
				return len(b), err
			}, idempotency.ActivityOptions{})
			return err
		}
		require.ErrorContains(t, run(true), "once more", name)
		require.NoError(t, run(false), name)
		require.Equal(t, 1, parts, name)
	}
}

// A step whose result can never be kept has had its effect, which no attempt repeats.
// The steps before it are kept.
func TestStepResultThatCannotBeStored(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sizes []int
		fail  badJSON
	}{
		"one step that is too large":        {sizes: []int{10, 3 << 20}},
		"steps that are too large together": {sizes: []int{700 << 10, 700 << 10, 700 << 10}},
		"one step that cannot be encoded":   {sizes: []int{10, 10}, fail: true},
		"a first step that is too large":    {sizes: []int{3 << 20, 10}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, parts := newFixture(t), 0
			for range 3 {
				_, err := idempotency.Do(t.Context(), r.guard, "steps", "k", func(ctx context.Context) (int, error) {
					for i, size := range c.sizes {
						_, err := idempotency.Step(ctx, fmt.Sprint(i), func(context.Context) (badly, error) {
							parts++
							return badly{Fail: c.fail && i == len(c.sizes)-1, Bytes: make([]byte, size)}, nil
						})
						if err != nil {
							return 0, fmt.Errorf("step %d: %w", i, err)
						}
					}
					return 0, nil
				}, idempotency.ActivityOptions{})
				require.Equal(t, idempotency.ReasonNoResult, reasonOf(err), "%v", err)
			}
			require.LessOrEqual(t, parts, len(c.sizes), "each was done once at most")
		})
	}
}

// A codec that fails for a moment costs no step.
func TestStepWithFailingCodec(t *testing.T) {
	t.Parallel()
	r, parts, codec := newFixture(t), 0, &flaky{encodes: 2}
	encoding := converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec)
	r.guard = idempotency.NewGuard(r.store, idempotency.Options{DataConverter: encoding})
	_, err := idempotency.Do(t.Context(), r.guard, "steps", "k", func(ctx context.Context) (int, error) {
		return idempotency.Step(ctx, "one", func(context.Context) (int, error) { parts++; return parts, nil })
	}, idempotency.ActivityOptions{})
	require.NoError(t, err)
	require.Equal(t, 1, parts)
}
