package patterns

import (
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// NewPlugin returns the plugin that gives a worker what the packages of this
// library need, in the right order. Today that is [signals.NewInterceptor],
// behind all interceptors of your own, next to the workflow.
//
// Put it into client.Options.Plugins, and every worker of that client has it,
// or into worker.Options.Plugins, not into both. Replayers and test
// environments take it too. It creates no history event, so it may be added
// while workflows run. The error is that of temporal.NewSimplePlugin, which
// has no cause today.
func NewPlugin() (*temporal.SimplePlugin, error) {
	return temporal.NewSimplePlugin(temporal.SimplePluginOptions{
		Name:               "temporal-patterns",
		WorkerInterceptors: []interceptor.WorkerInterceptor{signals.NewInterceptor()},
	})
}
