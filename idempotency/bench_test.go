package idempotency_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// BenchmarkActivity runs an activity in the SDK's test environment, bare and
// guarded with a store in memory; the difference is what the guard costs.
func BenchmarkActivity(b *testing.B) {
	bare := func(_ context.Context, o order) (string, error) { return o.ID, nil }
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), nil, idempotency.Options{})
	for name, fn := range map[string]func(context.Context, order) (string, error){
		"bare":    bare,
		"guarded": idempotency.Wrap(guard, bare, idempotency.Call{PassThrough: true}),
	} {
		b.Run(name, func(b *testing.B) {
			var suite testsuite.WorkflowTestSuite
			suite.SetLogger(testenv.Logger())
			env := suite.NewTestActivityEnvironment()
			env.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: "Charge"})
			b.ReportAllocs()
			for b.Loop() {
				_, err := env.ExecuteActivity("Charge", o1)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkDo is the guard alone: claim and record, and a replay.
func BenchmarkDo(b *testing.B) {
	work := func(context.Context) (int, error) { return 1, nil }
	b.Run("first", func(b *testing.B) {
		guard := idempotency.NewGuard(memstore.New(memstore.Options{}), nil, idempotency.Options{})
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_, err := idempotency.Do(b.Context(), guard, "work", string(rune(i)), work, idempotency.Call{})
			require.NoError(b, err)
		}
	})
	b.Run("replay", func(b *testing.B) {
		guard := idempotency.NewGuard(memstore.New(memstore.Options{}), nil, idempotency.Options{})
		b.ReportAllocs()
		for b.Loop() {
			_, err := idempotency.Do(b.Context(), guard, "work", "k", work, idempotency.Call{})
			require.NoError(b, err)
		}
	})
}
