package timeouts

import (
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"
)

// InterceptorOptions tunes [NewInterceptor]. The zero value is ready to use.
type InterceptorOptions struct {
	// Accept names findings that are meant so, wherever they are found.
	Ignore []Code
	// Fail is for tests: what has a finding that is an error is not started, but
	// fails with [ErrTypeBadOptions]. In production a workflow must not depend
	// on how its worker is set up.
	Fail bool
}

// NewInterceptor returns the worker interceptor that lets a [Budget] travel, and
// that looks with [Check] at each activity, local activity and child workflow
// that workflows start. It logs what it finds, once for each name and code in a
// worker, and counts it as temporal_patterns_timeout_findings with the tag code.
// It changes no command, unless Fail is set, and creates one, when a run first asks
// [BudgetOf] for a budget that it was given. It may be added while workflows run:
// those that have asked before go on without. In activities it remembers what they
// record, for [Heartbeat], and their context, for [CauseOf]. patterns.NewPlugin
// brings it.
func NewInterceptor(o InterceptorOptions) interceptor.WorkerInterceptor {
	return &workerInterceptor{linter: linter{InterceptorOptions: o, seen: map[findingKey]bool{}}}
}

type workerInterceptor struct {
	interceptor.WorkerInterceptorBase

	linter linter
}

func (w *workerInterceptor) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	in := &workflowInbound{linter: &w.linter}
	in.Next = next
	return in
}

type workflowInbound struct {
	interceptor.WorkflowInboundInterceptorBase

	linter    *linter
	budget    Budget // of the run
	inherited inherited
}

func (i *workflowInbound) Init(next interceptor.WorkflowOutboundInterceptor) error {
	out := &workflowOutbound{linter: i.linter}
	out.Next = next
	return i.Next.Init(out)
}

func (i *workflowInbound) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	header := interceptor.WorkflowHeader(ctx)
	var ok bool
	if i.budget, ok = received(header); !ok && header[headerName] != nil {
		workflow.GetLogger(ctx).Warn("The budget in the header cannot be read, and the run goes on without; upgrade the workers, or correct who has started it", "Header", headerName)
	}
	i.inherited.budget = i.budget
	return i.Next.ExecuteWorkflow(i.with(ctx), in)
}

// ExecuteUpdate gives handlers the budget of the run.
func (i *workflowInbound) ExecuteUpdate(ctx workflow.Context, in *interceptor.UpdateInput) (any, error) {
	return i.Next.ExecuteUpdate(i.with(ctx), in)
}

func (i *workflowInbound) with(ctx workflow.Context) workflow.Context {
	if i.budget.Deadline.IsZero() {
		return ctx
	}
	return workflow.WithValue(ctx, budgetKey{}, attached{Budget: i.budget, of: &i.inherited})
}

type workflowOutbound struct {
	interceptor.WorkflowOutboundInterceptorBase

	linter *linter
}

func (o *workflowOutbound) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	if err := o.linter.report(ctx, "activity", name, Check(workflow.GetActivityOptions(ctx), o.linter.accepted(ctx)...)); err != nil {
		return failed(ctx, err)
	}
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.ExecuteActivity(ctx, name, args...)
}

func (o *workflowOutbound) ExecuteLocalActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	if err := o.linter.report(ctx, "local activity", name, Check(workflow.GetLocalActivityOptions(ctx), o.linter.accepted(ctx)...)); err != nil {
		return failed(ctx, err)
	}
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.ExecuteLocalActivity(ctx, name, args...)
}

func (o *workflowOutbound) ExecuteChildWorkflow(ctx workflow.Context, name string, args ...any) workflow.ChildWorkflowFuture {
	if err := o.linter.report(ctx, "child workflow", name, Check(workflow.GetChildWorkflowOptions(ctx), o.linter.accepted(ctx)...)); err != nil {
		return o.Next.ExecuteChildWorkflow(failedContext{ctx, err}, name, args...)
	}
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.ExecuteChildWorkflow(ctx, name, args...)
}

func (o *workflowOutbound) NewContinueAsNewError(ctx workflow.Context, wfn any, args ...any) error {
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.NewContinueAsNewError(ctx, wfn, args...)
}

// continuesWithOptions is what an outbound interceptor has since version 1.51 of
// the SDK.
type continuesWithOptions interface {
	NewContinueAsNewErrorWithOptions(ctx workflow.Context, options workflow.ContinueAsNewErrorOptions, wfn any, args ...any) error
}

// NewContinueAsNewErrorWithOptions is called since version 1.51 of the SDK. Before,
// the SDK calls NewContinueAsNewError and applies the options itself.
func (o *workflowOutbound) NewContinueAsNewErrorWithOptions(
	ctx workflow.Context, options workflow.ContinueAsNewErrorOptions, wfn any, args ...any,
) error {
	next, ok := o.Next.(continuesWithOptions)
	if !ok { // an SDK that does not know the method does not call it
		return o.NewContinueAsNewError(ctx, wfn, args...)
	}
	send(ctx, interceptor.WorkflowHeader(ctx))
	return next.NewContinueAsNewErrorWithOptions(ctx, options, wfn, args...)
}
