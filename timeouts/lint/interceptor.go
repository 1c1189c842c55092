package lint

import (
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"
)

// InterceptorOptions tunes [NewInterceptor]. The zero value is ready to use.
type InterceptorOptions struct {
	// Ignore lists the codes of findings to leave out in all workflows.
	Ignore []Code
	// Fail makes tests strict: an activity or child workflow whose options have an error
	// fails with a non-retryable error and does not start. In production, a workflow
	// must not depend on the options of its worker.
	Fail bool
}

// NewInterceptor returns a worker interceptor that calls [Check] for each activity,
// local activity and child workflow that workflows start. It logs each finding
// once for each name and code, and counts all of them as
// temporal_patterns_timeout_findings with the tag code. Only Fail changes commands.
// You can add the interceptor while workflows run. patterns.NewPlugin installs it.
func NewInterceptor(o InterceptorOptions) interceptor.WorkerInterceptor {
	return &workerInterceptor{reporter: reporter{InterceptorOptions: o, seen: map[findingKey]bool{}}}
}

type workerInterceptor struct {
	interceptor.WorkerInterceptorBase

	reporter reporter
}

func (w *workerInterceptor) InterceptWorkflow(
	_ workflow.Context, next interceptor.WorkflowInboundInterceptor,
) interceptor.WorkflowInboundInterceptor {
	in := &inbound{reporter: &w.reporter}
	in.Next = next
	return in
}

type inbound struct {
	interceptor.WorkflowInboundInterceptorBase

	reporter *reporter
}

func (i *inbound) Init(next interceptor.WorkflowOutboundInterceptor) error {
	out := &outbound{reporter: i.reporter}
	out.Next = next
	return i.Next.Init(out)
}

type outbound struct {
	interceptor.WorkflowOutboundInterceptorBase

	reporter *reporter
}

func (o *outbound) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	found := Check(workflow.GetActivityOptions(ctx), o.reporter.options(ctx))
	if err := o.reporter.report(ctx, "activity", name, found); err != nil {
		return failed(ctx, err)
	}
	return o.Next.ExecuteActivity(ctx, name, args...)
}

func (o *outbound) ExecuteLocalActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	found := Check(workflow.GetLocalActivityOptions(ctx), o.reporter.options(ctx))
	if err := o.reporter.report(ctx, "local activity", name, found); err != nil {
		return failed(ctx, err)
	}
	return o.Next.ExecuteLocalActivity(ctx, name, args...)
}

func (o *outbound) ExecuteChildWorkflow(ctx workflow.Context, name string, args ...any) workflow.ChildWorkflowFuture {
	found := Check(workflow.GetChildWorkflowOptions(ctx), o.reporter.options(ctx))
	if err := o.reporter.report(ctx, "child workflow", name, found); err != nil {
		return o.Next.ExecuteChildWorkflow(failedContext{ctx, err}, name, args...)
	}
	return o.Next.ExecuteChildWorkflow(ctx, name, args...)
}

// failed returns the future of what was not started.
func failed(ctx workflow.Context, err error) workflow.Future {
	future, settable := workflow.NewFuture(ctx)
	settable.SetError(err)
	return future
}

// A failedContext has an error from the start. The SDK starts no child workflow in
// it, and returns a future of its own with that error.
type failedContext struct {
	workflow.Context
	err error
}

func (f failedContext) Err() error { return f.err }
