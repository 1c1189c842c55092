package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

func BenchmarkCheck(b *testing.B) {
	o := timeouts.Standard()
	b.ReportAllocs()
	for b.Loop() {
		if lint.Check(o, lint.Options{}) != nil {
			b.Fatal("there are no findings")
		}
	}
}

// The twin is what the SDK asks for anyway.
func BenchmarkBudgetActivity(b *testing.B) {
	o := timeouts.Standard()
	inWorkflow(b, func(ctx workflow.Context) {
		budget := timeouts.NewBudget(ctx, time.Hour)
		b.Run("budget", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := budget.Activity(ctx, o); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("by hand", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				workflow.WithActivityOptions(ctx, o)
			}
		})
	})
}

// The promised cost of one activity, in allocations, as they do not depend on the machine.
func TestAllocations(t *testing.T) {
	o := timeouts.Standard()
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { lint.Check(o, lint.Options{}) }), 3.0)
	inWorkflow(t, func(ctx workflow.Context) {
		budget := timeouts.NewBudget(ctx, time.Hour)
		ours := testing.AllocsPerRun(100, func() { _, _ = budget.Activity(ctx, o) })
		byHand := testing.AllocsPerRun(100, func() { workflow.WithActivityOptions(ctx, o) })
		require.LessOrEqual(t, ours-byHand, 3.0)
	})
}

func inWorkflow(t testing.TB, f func(ctx workflow.Context)) {
	t.Helper()
	env := testenv.New()
	env.SetTestTimeout(time.Hour)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		f(ctx)
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
}
