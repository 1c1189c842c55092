package patterns

import (
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Options tunes [NewPlugin]. The zero value is ready to use.
type Options struct {
	// Retry tunes the interceptor of package retry.
	Retry retry.Options
}

// NewPlugin returns the plugin that gives a worker what the packages of this
// library need, in the right order: [retry.NewInterceptor] and
// [signals.NewInterceptor], behind all interceptors of your own, next to the
// activity and the workflow.
//
// Put it into client.Options.Plugins, and every worker of that client has it,
// or into worker.Options.Plugins, not into both. Replayers and test
// environments take it too. It creates no history event, so it may be added
// while workflows run; errors of activities are then judged by package retry.
// The error is that of temporal.NewSimplePlugin, which has no cause today.
func NewPlugin(o Options) (*temporal.SimplePlugin, error) {
	return temporal.NewSimplePlugin(temporal.SimplePluginOptions{
		Name: "temporal-patterns",
		WorkerInterceptors: []interceptor.WorkerInterceptor{
			retry.NewInterceptor(o.Retry),
			signals.NewInterceptor(),
		},
	})
}
