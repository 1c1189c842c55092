package patterns

import (
	"fmt"
	"reflect"

	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// once refuses interceptors of ours that a worker has twice: they would count, and
// ask for quotas, twice.
func once(all []interceptor.WorkerInterceptor) error {
	for name, one := range map[string]interceptor.WorkerInterceptor{
		"timeouts.NewInterceptor": timeouts.NewInterceptor(timeouts.InterceptorOptions{}),
		"retry.NewInterceptor":    retry.NewInterceptor(retry.InterceptorOptions{}),
		"signals.NewInterceptor":  signals.NewInterceptor(),
	} {
		n := 0
		for _, other := range all {
			if reflect.TypeOf(other) == reflect.TypeOf(one) {
				n++
			}
		}
		if n > 1 {
			return fmt.Errorf("it has the interceptor of %s %d times; put the plugin into the client's options or into the worker's, not into both, and none of its interceptors beside it", name, n)
		}
	}
	return nil
}
