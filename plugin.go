package patterns

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/trace"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// Options tunes [NewPlugin]. The zero value is ready to use.
type Options struct {
	// Retry tunes the interceptor of package retry. The zero value acts only on the
	// marks and the non-retryable errors of package retry; classification and jitter
	// are off.
	Retry retry.InterceptorOptions
	// Lint tunes the interceptor of package timeouts/lint.
	Lint lint.InterceptorOptions
	// Idempotency adds the interceptor of an idempotency.Guard. Nil is none. It runs
	// outside the interceptor of package retry, so a stored result takes no quota.
	Idempotency interceptor.WorkerInterceptor
	// Tracer records a span for each gate of package approval and each guarded call of
	// package idempotency when it ends, below the span of the run or of the attempt. It
	// is the tracer of the SDK's tracing interceptor, for instance of NewTracer in
	// go.temporal.io/sdk/contrib/opentelemetry. The tracing interceptor itself goes into
	// the options of the client or the worker. A replay records no span. Nil records none.
	Tracer interceptor.Tracer
	// Activities lists the options of the activities that the workers run. A worker
	// does not start when its WorkerStopTimeout is too short for them; see
	// lint.CheckWorker.
	Activities []workflow.ActivityOptions
	// BeforeStart runs before a worker starts. An error prevents the start. Use
	// it for approvalclient.CheckInbox or checks of your own; it may use the client that has
	// the plugin.
	BeforeStart func(context.Context) error
}

// NewPlugin returns a plugin that installs the interceptors of this library in the
// right order: timeouts/lint, timeouts, timeouts/heartbeat, Options.Idempotency,
// retry and signals. They run inside your own interceptors, next to the workflow or
// activity.
//
// Set it in client.Options.Plugins for all workers of a client, or in
// worker.Options.Plugins for one. A worker that has the plugin twice, or one of its
// interceptors in addition, does not start. Replayers and test environments take the
// plugin too. You can add it while workflows run: they continue as before. With the
// zero Options it changes only errors that the activity has marked or made non-retryable,
// and types that the activity's policy lists: see [retry.InterceptorOptions]. It returns the
// error of temporal.NewSimplePlugin, which never fails today.
func NewPlugin(o Options) (*temporal.SimplePlugin, error) {
	var refused sync.Map // errors of workers that must not start, by instance key
	interceptors := []interceptor.WorkerInterceptor{
		lint.NewInterceptor(o.Lint), timeouts.NewInterceptor(), heartbeat.NewInterceptor(),
	}
	if o.Tracer != nil {
		interceptors = append(interceptors, trace.NewInterceptor(o.Tracer))
	}
	if o.Idempotency != nil {
		interceptors = append(interceptors, o.Idempotency)
	}
	return temporal.NewSimplePlugin(temporal.SimplePluginOptions{
		Name:               "temporal-patterns",
		WorkerInterceptors: append(interceptors, retry.NewInterceptor(o.Retry), signals.NewInterceptor()),
		ConfigureWorker: func(_ context.Context, w worker.PluginConfigureWorkerOptions) error {
			// An error here would be a panic in worker.New.
			err := errors.Join(
				checkOnce(w.WorkerOptions.Interceptors),
				lint.CheckWorker(*w.WorkerOptions, o.Activities, lint.Options{Ignore: o.Lint.Ignore}).Err(),
			)
			if err != nil {
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
