package idempotency_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// BenchmarkActivity runs an activity in the SDK's test environment, bare and
// guarded with a store in memory; the difference is what the guard costs. By
// Wrap the result is encoded twice, for the store and by the SDK.
func BenchmarkActivity(b *testing.B) {
	for _, name := range []string{"bare", "intercepted", "wrapped"} {
		b.Run(name, func(b *testing.B) {
			execute, effects := benched(name)
			b.ReportAllocs()
			n := 0
			for ; b.Loop(); n++ {
				require.NoError(b, execute())
			}
			require.Equal(b, n, *effects, "nothing was replayed")
		})
	}
}

// benched is an activity that does nothing, guarded in one way.
func benched(how string) (execute func() error, effects *int) {
	effects = new(int)
	fn := func(_ context.Context, o order) (string, error) { *effects++; return o.ID, nil }
	guard := guardOn(memstore.New(memstore.Options{}))
	c := idempotency.ActivityOptions{PassThrough: true}
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	env := suite.NewTestActivityEnvironment()
	switch how {
	case "wrapped":
		fn = idempotency.Wrap(guard, fn, c)
	case "intercepted":
		i := guard.Interceptor(map[string]idempotency.ActivityOptions{"Charge": c})
		env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{i}})
	}
	env.RegisterActivityWithOptions(fn, activity.RegisterOptions{Name: "Charge"})
	return func() error {
		_, err := env.ExecuteActivity("Charge", o1)
		return err
	}, effects
}

// BenchmarkDo is the guard alone: claim and record, and a replay.
func BenchmarkDo(b *testing.B) {
	work := func(context.Context) (int, error) { return 1, nil }
	b.Run("first", func(b *testing.B) {
		guard := guardOn(memstore.New(memstore.Options{}))
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			_, err := idempotency.Do(b.Context(), guard, "work", string(rune(i)), work, idempotency.ActivityOptions{})
			require.NoError(b, err)
		}
	})
	b.Run("replay", func(b *testing.B) {
		guard := guardOn(memstore.New(memstore.Options{}))
		b.ReportAllocs()
		for b.Loop() {
			_, err := idempotency.Do(b.Context(), guard, "work", "k", work, idempotency.ActivityOptions{})
			require.NoError(b, err)
		}
	})
}
