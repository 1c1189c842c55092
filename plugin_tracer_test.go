package patterns_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// A tracer keeps the spans of the SDK's tracing interceptor and of the plugin.
type tracer struct {
	interceptor.BaseTracer
	mu    sync.Mutex
	spans map[string]*span // by name, the last one
}

type span struct {
	interceptor.TracerStartSpanOptions
	err error
}

func (s *span) Finish(o *interceptor.TracerFinishSpanOptions) { s.err = o.Error }

type spanKey struct{}

func (*tracer) Options() interceptor.TracerOptions {
	return interceptor.TracerOptions{SpanContextKey: spanKey{}, HeaderKey: "trace"}
}

func (*tracer) UnmarshalSpan(map[string]string) (interceptor.TracerSpanRef, error) { return nil, nil }

func (*tracer) MarshalSpan(interceptor.TracerSpan) (map[string]string, error) { return nil, nil }

func (*tracer) SpanFromContext(ctx context.Context) interceptor.TracerSpan {
	if s, ok := ctx.Value(spanKey{}).(*span); ok {
		return s
	}
	return nil
}

func (*tracer) ContextWithSpan(ctx context.Context, _ interceptor.TracerSpan) context.Context {
	return ctx
}

func (t *tracer) StartSpan(o *interceptor.TracerStartSpanOptions) (interceptor.TracerSpan, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := &span{TracerStartSpanOptions: *o}
	t.spans[o.Operation+":"+o.Name] = s
	return s, nil
}

// TestPluginTracesGatesAndGuardedCalls asserts that the spans of a gate and of guarded calls
// are below those of the SDK's tracing interceptor.
func TestPluginTracesGatesAndGuardedCalls(t *testing.T) {
	t.Parallel()
	traced := &tracer{spans: map[string]*span{}}
	plugin, err := patterns.NewPlugin(patterns.Options{Tracer: traced})
	require.NoError(t, err)
	env := testenv.New()
	env.SetWorkerOptions(worker.Options{
		Plugins:      []worker.Plugin{plugin},
		Interceptors: []interceptor.WorkerInterceptor{interceptor.NewTracingInterceptor(traced)},
	})
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	refuse := func(context.Context, string) (string, error) {
		return "", temporal.NewNonRetryableApplicationError("the card is declined", "Declined", nil)
	}
	env.RegisterActivityWithOptions(idempotency.Wrap(guard, refuse, idempotency.ActivityOptions{}), activity.RegisterOptions{Name: "Charge"})
	env.RegisterWorkflowWithOptions(func(ctx workflow.Context) error {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return err
		}
		_, err = approval.Await(ctx, gates, approval.Request[string]{ID: "g", Requester: "eve", Policy: policy.Quorum(1, "finance")})
		if err != nil {
			return err
		}
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		return workflow.ExecuteActivity(ctx, "Charge", "order-7").Get(ctx, nil)
	}, workflow.RegisterOptions{Name: "Order"})
	start := env.Now()
	approvaltest.New(t, env).Approve(time.Hour, "g", "ann", "finance")
	env.ExecuteWorkflow("Order")
	require.ErrorContains(t, env.GetWorkflowError(), "the card is declined")

	gate, run := traced.spans["ApprovalGate:Order"], traced.spans["RunWorkflow:Order"]
	require.NotNil(t, gate)
	require.Same(t, run, gate.Parent, "the span of a gate is below that of its run")
	require.WithinDuration(t, start, gate.Time, time.Second, "it begins when the gate was opened")
	require.Equal(t, "approved", gate.Tags["approvalState"])
	require.Equal(t, "g", gate.Tags["approvalGate"])
	call, attempt := traced.spans["GuardedCall:Charge"], traced.spans["RunActivity:Charge"]
	require.NotNil(t, call)
	require.Same(t, attempt, call.Parent, "the span of a guarded call is below that of its attempt")
	require.Equal(t, "started", call.Tags["idempotencyEvent"])
	require.ErrorContains(t, call.err, "the card is declined")
}
