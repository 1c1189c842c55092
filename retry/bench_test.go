package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// last is the end of a chain of interceptors: the activity.
type last struct {
	interceptor.ActivityInboundInterceptorBase
}

func (*last) ExecuteActivity(context.Context, *interceptor.ExecuteActivityInput) (any, error) {
	return nil, nil //nolint:nilnil // an activity without a result
}

// BenchmarkSuccess is what a successful activity pays for the interceptor, which
// is made for each attempt, beside a chain without it.
func BenchmarkSuccess(b *testing.B) {
	ctx, in := b.Context(), &interceptor.ExecuteActivityInput{}
	b.Run("with", func(b *testing.B) {
		worker := retry.NewInterceptor(retry.Options{Before: func(context.Context) error { return nil }})
		b.ReportAllocs()
		for b.Loop() {
			_, err := worker.InterceptActivity(ctx, &last{}).ExecuteActivity(ctx, in)
			require.NoError(b, err)
		}
	})
	b.Run("without", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var next interceptor.ActivityInboundInterceptor = &last{}
			_, err := next.ExecuteActivity(ctx, in)
			require.NoError(b, err)
		}
	})
}

// BenchmarkDefault judges nested errors: an HTTP response and one that nobody
// knows, which all are asked about.
func BenchmarkDefault(b *testing.B) {
	for name, err := range map[string]error{
		"http":    fmt.Errorf("a: %w", errors.Join(errors.New("x"), fmt.Errorf("b: %w", &retry.ResponseError{StatusCode: 503}))),
		"unknown": fmt.Errorf("a: %w", errors.Join(errors.New("x"), fmt.Errorf("b: %w", errors.New("y")))),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				retry.Default(b.Context(), err)
			}
		})
	}
}
