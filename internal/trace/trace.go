// Package trace records spans with the tracer of the SDK's tracing interceptor.
package trace

import (
	"context"
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"
)

// key is that of the tracer in contexts.
type key struct{}

// A Span describes something that has ended.
type Span struct {
	// Operation and Name make the name of the span. Neither holds an ID, because a name
	// stands for many spans.
	Operation, Name string
	Start           time.Time
	Tags            map[string]string
	Err             error
}

// InWorkflow records a span that ends now, below the span of the run. It does nothing in
// a replay or without a tracer; then it does not call describe.
func InWorkflow(ctx workflow.Context, describe func() Span) {
	t, _ := ctx.Value(key{}).(interceptor.Tracer)
	if t == nil || workflow.IsReplaying(ctx) {
		return
	}
	var parent interceptor.TracerSpanRef
	if span, ok := ctx.Value(t.Options().SpanContextKey).(interceptor.TracerSpan); ok {
		parent = span
	}
	record(t, parent, describe())
}

// InActivity records a span that ends now, below the span of the attempt. It does nothing
// without a tracer; then it does not call describe.
func InActivity(ctx context.Context, describe func() Span) {
	t, _ := ctx.Value(key{}).(interceptor.Tracer)
	if t == nil {
		return
	}
	var parent interceptor.TracerSpanRef
	if span := t.SpanFromContext(ctx); span != nil {
		parent = span
	}
	record(t, parent, describe())
}

// record ignores the error of a tracer, because work does not fail for want of a span.
func record(t interceptor.Tracer, parent interceptor.TracerSpanRef, s Span) {
	span, err := t.StartSpan(&interceptor.TracerStartSpanOptions{
		Parent: parent, Operation: s.Operation, Name: s.Name, Time: s.Start, DependedOn: true, Tags: s.Tags,
	})
	if err == nil {
		span.Finish(&interceptor.TracerFinishSpanOptions{Error: s.Err})
	}
}

// NewInterceptor returns the interceptor that gives the tracer to workflows and
// activities. It must run inside the tracing interceptor.
func NewInterceptor(t interceptor.Tracer) interceptor.WorkerInterceptor {
	return &workerInterceptor{tracer: t}
}

type workerInterceptor struct {
	interceptor.WorkerInterceptorBase
	tracer interceptor.Tracer
}

func (w *workerInterceptor) InterceptWorkflow(
	_ workflow.Context, next interceptor.WorkflowInboundInterceptor,
) interceptor.WorkflowInboundInterceptor {
	in := &workflowInbound{tracer: w.tracer}
	in.Next = next
	return in
}

func (w *workerInterceptor) InterceptActivity(
	_ context.Context, next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	in := &activityInbound{tracer: w.tracer}
	in.Next = next
	return in
}

type workflowInbound struct {
	interceptor.WorkflowInboundInterceptorBase
	tracer interceptor.Tracer
}

func (w *workflowInbound) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	return w.Next.ExecuteWorkflow(workflow.WithValue(ctx, key{}, w.tracer), in)
}

type activityInbound struct {
	interceptor.ActivityInboundInterceptorBase
	tracer interceptor.Tracer
}

func (a *activityInbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	return a.Next.ExecuteActivity(context.WithValue(ctx, key{}, a.tracer), in)
}
