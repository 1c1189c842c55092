package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// Attempts end in any way, and the store fails at random: a service that honours
// keys sees one effect, a question to the outside prevents a second one, and held
// work is never done twice. What was returned once is returned ever after.
func TestAnyOrderOfFaults(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clock := idempotencytest.NewClock()
		store := idempotencytest.NewStore(memstore.New(memstore.Options{Now: clock.Now}))
		guard := guardOn(store)
		effects := map[string]bool{} // by the key that the service has got
		done := 0                    // without a look at keys
		mode := rapid.SampledFrom([]string{"pass through", "reconcile", "hold"}).Draw(t, "mode")
		c := idempotency.ActivityOptions{}
		switch mode {
		case "pass through":
			c.PassThrough = true
		case "reconcile":
			c.Reconcile = func(context.Context, idempotency.PriorAttempt) (idempotency.Reconciliation, error) {
				if done > 0 {
					return idempotency.Completed(1), nil
				}
				return idempotency.NotStarted(), nil
			}
		default:
			c.ReviewAbandoned = true
		}
		first := 0
		for range rapid.IntRange(1, 8).Draw(t, "attempts") {
			ending := rapid.SampledFrom([]string{"ok", "ok", "dies before", "dies after", "error before", "error after", "no effect"}).Draw(t,
				"ending")
			if rapid.IntRange(0, 3).Draw(t, "fault") == 0 {
				fail := rapid.SampledFrom([]func(idempotencytest.Op, int){store.FailBefore, store.FailAfter}).Draw(t, "fail")
				fail(rapid.SampledFrom([]idempotencytest.Op{
					idempotencytest.OpClaim, idempotencytest.OpFinish, idempotencytest.OpRenew,
					idempotencytest.OpRelease,
				}).Draw(t, "op"), rapid.IntRange(1, 2).Draw(t, "times"))
			}
			effect := func(ctx context.Context) {
				done++
				effects[keyOf(ctx, "charge")] = true
			}
			got, err := idempotency.Do(context.Background(), guard, "charge", "k", func(ctx context.Context) (int, error) {
				switch ending {
				case "dies before":
					store.Crash()
					return 0, errors.New("killed")
				case "dies after":
					store.Crash()
					effect(ctx)
					return 1, nil
				case "error before":
					return 0, errors.New("refused")
				case "error after":
					effect(ctx)
					return 0, errors.New("reset")
				case "no effect":
					return 0, idempotency.NoEffect(errors.New("no connection"))
				}
				effect(ctx)
				return 1, nil
			}, c)
			store.Recover()
			clock.Advance(time.Hour)
			require.True(t, first == 0 || err == nil && got == first, "%d, %v after %d", got, err, first)
			if err == nil {
				first = got
			}
		}
		require.LessOrEqual(t, len(effects), 1, "one key")
		if mode != "pass through" {
			require.LessOrEqual(t, done, 1)
		}
	})
}
