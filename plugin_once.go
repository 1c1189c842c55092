package patterns

import (
	"fmt"
	"reflect"

	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// checkOnce fails when a worker has one of the plugin's interceptors twice: it would
// count failures and ask for quotas twice.
func checkOnce(interceptors []interceptor.WorkerInterceptor) error {
	for _, ours := range []struct {
		name        string
		interceptor interceptor.WorkerInterceptor
	}{
		{name: "lint.NewInterceptor", interceptor: lint.NewInterceptor(lint.InterceptorOptions{})},
		{name: "timeouts.NewInterceptor", interceptor: timeouts.NewInterceptor()},
		{name: "heartbeat.NewInterceptor", interceptor: heartbeat.NewInterceptor()},
		{name: "retry.NewInterceptor", interceptor: retry.NewInterceptor(retry.InterceptorOptions{})},
		{name: "signals.NewInterceptor", interceptor: signals.NewInterceptor()},
	} {
		n := 0
		for _, other := range interceptors {
			if reflect.TypeOf(other) == reflect.TypeOf(ours.interceptor) {
				n++
			}
		}
		if n > 1 {
			return fmt.Errorf("it has the interceptor of %s %d times; "+
				"set the plugin in the client's options or in the worker's, not in both, and add none of its interceptors "+
				"yourself", ours.name, n)
		}
	}
	return nil
}
