package main

import (
	"context"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
)

// A protection names what -break leaves out.
type protection string

const (
	nothing  protection = ""
	ack      protection = "ack"      // a vote counts as acknowledged when it is sent, not when it is durable
	ids      protection = "ids"      // an item that is reported again has another ID
	guard    protection = "guard"    // each attempt of a charge charges
	timeout  protection = "timeouts" // an attempt may take an hour, so a killed worker's activity is not retried
	retries  protection = "retries"  // an activity has one attempt
	versions protection = "versions" // workers that start later have other commands in the workflow
)

// holds names the promise that is broken without a protection.
var holds = map[protection]string{
	ack: votesCount, ids: itemsOnce, guard: paidOnce, timeout: allEnd, retries: asDecided, versions: allReplay,
}

// names returns the protections that -break knows.
func names() string {
	return strings.Join([]string{string(ack), string(ids), string(guard), string(timeout), string(retries), string(versions)}, ", ")
}

// withoutProtection leaves out a protection of a worker.
type withoutProtection struct {
	interceptor.WorkerInterceptorBase
	without protection
	later   bool // the worker replaces a killed one
	bare    *orders.Activities
}

func (b *withoutProtection) InterceptActivity(
	_ context.Context, next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	return &brokenActivity{interceptor.ActivityInboundInterceptorBase{Next: next}, b}
}

type brokenActivity struct {
	interceptor.ActivityInboundInterceptorBase
	*withoutProtection
}

// ExecuteActivity charges without a guard and without a key.
func (b *brokenActivity) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if o, ok := in.Args[0].(orders.Order); ok && b.without == guard && activity.GetInfo(ctx).ActivityType.Name == "Charge" {
		return b.bare.Charge(ctx, o)
	}
	return b.Next.ExecuteActivity(ctx, in)
}

func (b *withoutProtection) InterceptWorkflow(
	_ workflow.Context, next interceptor.WorkflowInboundInterceptor,
) interceptor.WorkflowInboundInterceptor {
	return &brokenWorkflow{interceptor.WorkflowInboundInterceptorBase{Next: next}, b}
}

type brokenWorkflow struct {
	interceptor.WorkflowInboundInterceptorBase
	*withoutProtection
}

// Init intercepts the calls of the workflow.
func (b *brokenWorkflow) Init(out interceptor.WorkflowOutboundInterceptor) error {
	return b.Next.Init(&brokenCalls{interceptor.WorkflowOutboundInterceptorBase{Next: out}, b.withoutProtection})
}

// ExecuteWorkflow begins with another command than before.
func (b *brokenWorkflow) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	if b.without == versions && b.later {
		if err := workflow.Sleep(ctx, time.Millisecond); err != nil {
			return nil, err
		}
	}
	return b.Next.ExecuteWorkflow(ctx, in)
}

type brokenCalls struct {
	interceptor.WorkflowOutboundInterceptorBase
	*withoutProtection
}

// ExecuteActivity gives each attempt an hour, or allows one attempt.
func (b *brokenCalls) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	o := workflow.GetActivityOptions(ctx)
	switch b.without {
	case timeout:
		o.StartToCloseTimeout, o.ScheduleToCloseTimeout = time.Hour, time.Hour
	case retries:
		o.RetryPolicy = &temporal.RetryPolicy{MaximumAttempts: 1}
	default:
	}
	return b.Next.ExecuteActivity(workflow.WithActivityOptions(ctx, o), name, args...)
}
