package idempotency

import (
	"cmp"
	"context"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// headerName is the header in which the first run of a chain travels.
const headerName = "temporal-patterns.first-run"

// Interceptor returns a worker interceptor that makes activities take effect once,
// by the names of their types; those that are not in calls it leaves alone. What
// was kept is returned to Temporal as it is, without a look at its type. For
// workflows it sends the first run along, for [ScopeChain]; calls may be nil if
// only that is wanted. It creates no command. patterns.NewPlugin has a place for
// it, outside that of package retry.
func (g *Guard) Interceptor(calls map[string]Call) interceptor.WorkerInterceptor {
	own := make(map[string]*Call, len(calls))
	for name, c := range calls {
		own[name] = &c
	}
	return &workerInterceptor{guard: g, calls: own}
}

type workerInterceptor struct {
	interceptor.WorkerInterceptorBase

	guard *Guard
	calls map[string]*Call
}

func (w *workerInterceptor) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &activityInbound{worker: w}
	in.Next = next
	return in
}

func (w *workerInterceptor) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	in := &workflowInbound{}
	in.Next = next
	return in
}

type activityInbound struct {
	interceptor.ActivityInboundInterceptorBase

	worker *workerInterceptor
}

type firstRunKey struct{}

// firstRunOf is the first run of the workflow that has scheduled the activity.
func firstRunOf(ctx context.Context) string {
	run, _ := ctx.Value(firstRunKey{}).(string)
	return run
}

func (i *activityInbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if payload, ok := interceptor.Header(ctx)[headerName]; ok {
		if run, err := wire.FromHeader[string](payload); err == nil { // else as without it
			ctx = context.WithValue(ctx, firstRunKey{}, run)
		}
	}
	c, ok := i.worker.calls[activity.GetInfo(ctx).ActivityType.Name]
	if !ok {
		return i.Next.ExecuteActivity(ctx, in)
	}
	g := i.worker.guard
	x, err := g.begin(ctx, g.store, c, in.Args)
	if err != nil {
		return nil, err
	}
	x.outer = true
	a, err := x.run(ctx, func(ctx context.Context) (any, error) { return i.Next.ExecuteActivity(ctx, in) })
	if err != nil {
		return nil, err
	}
	return g.untyped(ctx, a)
}

type workflowInbound struct {
	interceptor.WorkflowInboundInterceptorBase
}

func (i *workflowInbound) Init(next interceptor.WorkflowOutboundInterceptor) error {
	out := &workflowOutbound{}
	out.Next = next
	return i.Next.Init(out)
}

type workflowOutbound struct {
	interceptor.WorkflowOutboundInterceptorBase
}

func (o *workflowOutbound) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.ExecuteActivity(ctx, name, args...)
}

func (o *workflowOutbound) ExecuteLocalActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.ExecuteLocalActivity(ctx, name, args...)
}

func send(ctx workflow.Context, header map[string]*commonpb.Payload) {
	if header == nil {
		return
	}
	info := workflow.GetInfo(ctx)
	first := cmp.Or(info.FirstRunID, info.WorkflowExecution.RunID) // the SDK's test environment has no first one
	if payload, err := wire.Header(first); err == nil {            // a text can be encoded
		header[headerName] = payload
	}
}
