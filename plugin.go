package patterns

import (
	"context"
	"fmt"
	"sync"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// Options tunes [NewPlugin]. The zero value is ready to use.
type Options struct {
	// Retry tunes the interceptor of package retry. The zero value acts on its marks
	// and on final errors only; classifying errors and jitter are to be asked for.
	Retry retry.Options
	// Timeouts tunes the interceptor of package timeouts.
	Timeouts timeouts.InterceptorOptions
	// Idempotency is that of idempotency.Guard.Interceptor; nil is none. It stands
	// outside that of package retry: what is replayed needs no quota.
	Idempotency interceptor.WorkerInterceptor
	// Activities are options of the activities that the workers run. A worker
	// whose WorkerStopTimeout is too short for them does not start; see
	// timeouts.CheckWorker.
	Activities []workflow.ActivityOptions
	// BeforeStart is asked before a worker starts, and keeps it from starting with
	// an error: for approvalclient.CheckInbox, or checks of your own. It may use the
	// client that the plugin is given to. Nil asks nothing.
	BeforeStart func(context.Context) error
}

// NewPlugin returns the plugin that gives a worker what the packages of this
// library need, in the right order: [timeouts.NewInterceptor],
// Options.Idempotency, [retry.NewInterceptor] and [signals.NewInterceptor], behind
// all interceptors of your own, next to the activity and the workflow.
//
// Put it into client.Options.Plugins, and every worker of that client has it,
// or into worker.Options.Plugins. A worker that has it twice, or one of its
// interceptors beside it, does not start. Replayers and test environments take it
// too. It may be added while workflows run: they go on as they did. With the zero
// Options it changes no error about which the activity's own code says nothing:
// see [retry.Options].
// The error is that of temporal.NewSimplePlugin, which has no cause today.
func NewPlugin(o Options) (*temporal.SimplePlugin, error) {
	var refused sync.Map // why workers must not start, by instance
	interceptors := []interceptor.WorkerInterceptor{timeouts.NewInterceptor(o.Timeouts)}
	if o.Idempotency != nil {
		interceptors = append(interceptors, o.Idempotency)
	}
	return temporal.NewSimplePlugin(temporal.SimplePluginOptions{
		Name:               "temporal-patterns",
		WorkerInterceptors: append(interceptors, retry.NewInterceptor(o.Retry), signals.NewInterceptor()),
		ConfigureWorker: func(_ context.Context, w worker.PluginConfigureWorkerOptions) error {
			// An error here would be a panic of worker.New.
			if err := once(w.WorkerOptions.Interceptors); err != nil {
				refused.Store(w.WorkerInstanceKey, fmt.Errorf("patterns: the worker on task queue %q does not start: %w", w.TaskQueue, err))
				return nil
			}
			if err := timeouts.CheckWorker(*w.WorkerOptions, o.Activities, o.Timeouts.Ignore...).Err(); err != nil {
				refused.Store(w.WorkerInstanceKey, fmt.Errorf("patterns: the worker on task queue %q does not start: %w", w.TaskQueue, err))
			}
			return nil
		},
		RunContextBefore: func(ctx context.Context, w temporal.SimplePluginRunContextBeforeOptions) error {
			if refusal, ok := refused.Load(w.InstanceKey); ok {
				err, _ := refusal.(error)
				return err
			}
			if o.BeforeStart == nil || w.WorkflowReplayer {
				return nil
			}
			if err := o.BeforeStart(ctx); err != nil {
				return fmt.Errorf("patterns: the worker does not start: %w", err)
			}
			return nil
		},
	})
}
