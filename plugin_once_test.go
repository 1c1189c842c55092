package patterns_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// A worker that has the plugin twice would count everything twice. It does not
// start.
func TestPluginTwice(t *testing.T) {
	t.Parallel()
	plugin := func() interface {
		client.Plugin
		worker.Plugin
	} {
		p, err := patterns.NewPlugin(patterns.Options{})
		require.NoError(t, err)
		return p
	}
	p := plugin()
	for name, c := range map[string]struct {
		client  []client.Plugin
		options worker.Options
		want    string
	}{
		"in the worker":                     {nil, worker.Options{Plugins: []worker.Plugin{p}}, ""},
		"in the client":                     {[]client.Plugin{p}, worker.Options{}, ""},
		"in both":                           {[]client.Plugin{p}, worker.Options{Plugins: []worker.Plugin{p}}, "2 times"},
		"another one in both":               {[]client.Plugin{p}, worker.Options{Plugins: []worker.Plugin{plugin()}}, "2 times"},
		"beside the interceptor of signals": {[]client.Plugin{p}, beside(signals.NewInterceptor()), "signals.NewInterceptor 2 times"},
		"beside the interceptor of " +
			"retry": {[]client.Plugin{p}, beside(retry.NewInterceptor(retry.Options{})), "retry.NewInterceptor 2 times"},
		"beside the interceptor of " +
			"lint": {[]client.Plugin{p}, beside(lint.NewInterceptor(lint.InterceptorOptions{})), "lint.NewInterceptor 2 times"},
		"beside the interceptor of " +
			"heartbeat": {[]client.Plugin{p}, beside(heartbeat.NewInterceptor()), "heartbeat.NewInterceptor 2 times"},
		"beside the interceptor of timeouts":   {[]client.Plugin{p}, beside(timeouts.NewInterceptor()), "timeouts.NewInterceptor 2 times"},
		"beside an interceptor of the program": {[]client.Plugin{p}, beside(&strict{}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Nothing listens there: a worker that may start fails later, and otherwise.
			cl, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1", Plugins: c.client, Logger: testenv.Logger()})
			require.NoError(t, err)
			defer cl.Close()
			c.options.Interceptors = append([]interceptor.WorkerInterceptor{}, c.options.Interceptors...)
			w := worker.New(cl, "orders", c.options)
			err = w.Start()
			require.Error(t, err)
			if c.want == "" {
				require.NotContains(t, err.Error(), "patterns:")
				return
			}
			require.ErrorContains(t, err, `patterns: the worker on task queue "orders" does not start: it has the interceptor of `)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func beside(i interceptor.WorkerInterceptor) worker.Options {
	return worker.Options{Interceptors: []interceptor.WorkerInterceptor{i}}
}
