package timeouts

import (
	"context"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/timeouts/internal/budgetctx"
)

// NewInterceptor returns a worker interceptor that carries a [Budget] to activities,
// child workflows and the next run. It creates one event in a run that was given a
// budget, when [BudgetOf] is first called. You can add it while workflows run: a run
// that called BudgetOf before goes on without a budget. patterns.NewPlugin installs
// it.
func NewInterceptor() interceptor.WorkerInterceptor { return &workerInterceptor{} }

type workerInterceptor struct {
	interceptor.WorkerInterceptorBase
}

func (w *workerInterceptor) InterceptWorkflow(
	_ workflow.Context, next interceptor.WorkflowInboundInterceptor,
) interceptor.WorkflowInboundInterceptor {
	in := &workflowInbound{}
	in.Next = next
	return in
}

type workflowInbound struct {
	interceptor.WorkflowInboundInterceptorBase

	budget    Budget // of the run
	inherited inherited
}

func (i *workflowInbound) Init(next interceptor.WorkflowOutboundInterceptor) error {
	out := &workflowOutbound{}
	out.Next = next
	return i.Next.Init(out)
}

func (i *workflowInbound) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	var err error
	if i.budget, err = receive(interceptor.WorkflowHeader(ctx)); err != nil {
		workflow.GetLogger(ctx).Warn("The budget in the header cannot be read, and the run continues without it; upgrade the "+
			"workers, or correct the sender",
			"Header", headerName, "Error", err)
		i.budget = Budget{}
	}
	i.inherited.budget = i.budget
	return i.Next.ExecuteWorkflow(i.with(ctx), in)
}

// ExecuteUpdate gives update handlers the budget of the run.
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
}

func (o *workflowOutbound) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.ExecuteActivity(ctx, name, args...)
}

func (o *workflowOutbound) ExecuteLocalActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.ExecuteLocalActivity(ctx, name, args...)
}

func (o *workflowOutbound) ExecuteChildWorkflow(ctx workflow.Context, name string, args ...any) workflow.ChildWorkflowFuture {
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.ExecuteChildWorkflow(ctx, name, args...)
}

func (o *workflowOutbound) NewContinueAsNewError(ctx workflow.Context, wfn any, args ...any) error {
	send(ctx, interceptor.WorkflowHeader(ctx))
	return o.Next.NewContinueAsNewError(ctx, wfn, args...)
}

// continuesWithOptions is a method of outbound interceptors since SDK v1.51.
type continuesWithOptions interface {
	NewContinueAsNewErrorWithOptions(ctx workflow.Context, options workflow.ContinueAsNewErrorOptions, wfn any, args ...any) error
}

// NewContinueAsNewErrorWithOptions serves SDK v1.51 and later. Before, the SDK calls
// NewContinueAsNewError and applies the options itself.
func (o *workflowOutbound) NewContinueAsNewErrorWithOptions(
	ctx workflow.Context, options workflow.ContinueAsNewErrorOptions, wfn any, args ...any,
) error {
	next, ok := o.Next.(continuesWithOptions)
	if !ok { // an SDK without the method does not call it
		return o.NewContinueAsNewError(ctx, wfn, args...)
	}
	send(ctx, interceptor.WorkflowHeader(ctx))
	return next.NewContinueAsNewErrorWithOptions(ctx, options, wfn, args...)
}

func (w *workerInterceptor) InterceptActivity(
	_ context.Context, next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	in := &activityInbound{}
	in.Next = next
	return in
}

type activityInbound struct {
	interceptor.ActivityInboundInterceptorBase
}

// ExecuteActivity gives the activity its budget, for heartbeat.Remaining.
func (i *activityInbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if b, err := receive(interceptor.Header(ctx)); err == nil && !b.Deadline.IsZero() {
		ctx = budgetctx.WithEnd(ctx, b.Deadline.Add(-max(b.Reserved, 0)))
	}
	return i.Next.ExecuteActivity(ctx, in)
}
