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

// A worker that has an interceptor twice would count everything twice.
func TestPluginTwiceIsRefused(t *testing.T) {
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
		"plugin in the worker": {options: worker.Options{Plugins: []worker.Plugin{p}}},
		"plugin in the client": {client: []client.Plugin{p}},
		"one plugin in client and worker": {
			client: []client.Plugin{p}, options: worker.Options{Plugins: []worker.Plugin{p}}, want: "2 times",
		},
		"two plugins in client and worker": {
			client: []client.Plugin{p}, options: worker.Options{Plugins: []worker.Plugin{plugin()}}, want: "2 times",
		},
		"interceptor of lint in addition": {
			client: []client.Plugin{p}, options: with(lint.NewInterceptor(lint.InterceptorOptions{})), want: "lint.NewInterceptor 2 times",
		},
		"interceptor of timeouts in addition": {
			client: []client.Plugin{p}, options: with(timeouts.NewInterceptor()), want: "timeouts.NewInterceptor 2 times",
		},
		"interceptor of heartbeat in addition": {
			client: []client.Plugin{p}, options: with(heartbeat.NewInterceptor()), want: "heartbeat.NewInterceptor 2 times",
		},
		"interceptor of retry in addition": {
			client: []client.Plugin{p}, options: with(retry.NewInterceptor(retry.InterceptorOptions{})), want: "retry.NewInterceptor 2 times",
		},
		"interceptor of signals in addition": {
			client: []client.Plugin{p}, options: with(signals.NewInterceptor()), want: "signals.NewInterceptor 2 times",
		},
		"interceptor of the program in addition": {client: []client.Plugin{p}, options: with(&strict{})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// No server listens there, so a worker that may start fails with another error.
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

func with(i interceptor.WorkerInterceptor) worker.Options {
	return worker.Options{Interceptors: []interceptor.WorkerInterceptor{i}}
}
