package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// last ends a chain of interceptors: it is the activity.
type last struct {
	interceptor.ActivityInboundInterceptorBase
}

func (*last) ExecuteActivity(context.Context, *interceptor.ExecuteActivityInput) (any, error) {
	return nil, nil //nolint:nilnil // an activity without a result
}

// chain calls an activity that succeeds through interceptors, as the SDK does: it
// makes them again for each attempt.
func chain(ctx context.Context, interceptors []interceptor.WorkerInterceptor) error {
	var next interceptor.ActivityInboundInterceptor = &last{}
	for _, i := range interceptors {
		next = i.InterceptActivity(ctx, next)
	}
	_, err := next.ExecuteActivity(ctx, &interceptor.ExecuteActivityInput{})
	return err
}

// ours is the chain with our interceptor.
func ours() []interceptor.WorkerInterceptor {
	return []interceptor.WorkerInterceptor{retry.NewInterceptor(retry.InterceptorOptions{Before: func(context.Context) error { return nil }})}
}

// A successful activity pays one allocation for the interceptor, that of the interceptor
// itself. The test does not run in parallel, as allocations of other tests would count.
func TestSuccessCostsOneAllocation(t *testing.T) {
	allocations := func(interceptors []interceptor.WorkerInterceptor) float64 {
		return testing.AllocsPerRun(1000, func() { _ = chain(t.Context(), interceptors) })
	}
	require.InDelta(t, 1, allocations(ours())-allocations(nil), 0)
}

// BenchmarkSuccess measures the time that a successful activity pays.
func BenchmarkSuccess(b *testing.B) {
	for name, interceptors := range map[string][]interceptor.WorkerInterceptor{"with": ours(), "without": nil} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := chain(b.Context(), interceptors); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkDefault classifies nested errors: an HTTP response, and an unknown error that
// reaches every classifier.
func BenchmarkDefault(b *testing.B) {
	for name, err := range map[string]error{
		"http":    fmt.Errorf("a: %w", errors.Join(errors.New("x"), fmt.Errorf("b: %w", &classify.ResponseError{StatusCode: 503}))),
		"unknown": fmt.Errorf("a: %w", errors.Join(errors.New("x"), fmt.Errorf("b: %w", errors.New("y")))),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				classify.Default(b.Context(), err)
			}
		})
	}
}
