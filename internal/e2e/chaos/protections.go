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

// A protection is what -break leaves out.
type protection string

const (
	nothing  protection = ""
	ack      protection = "ack"      // votes are acknowledged when they are sent, not when they are durable
	ids      protection = "ids"      // an item that is told again is told under another ID
	guard    protection = "guard"    // of charges: they are made as often as they are tried
	timeout  protection = "timeouts" // of one attempt: an activity whose worker was killed is not retried until its timeout
	retries  protection = "retries"  // of activities: each is tried once
	versions protection = "versions" // new workers have other commands in the workflow, without workflow.GetVersion
)

// holds says which promise is broken without which protection.
var holds = map[protection]string{
	ack: votesCount, ids: itemsOnce, guard: paidOnce, timeout: allEnd, retries: asDecided, versions: allReplay,
}

// names are the protections that -break knows.
func names() string {
	return strings.Join([]string{string(ack), string(ids), string(guard), string(timeout), string(retries), string(versions)}, ", ")
}

// breaker leaves out a protection of a worker.
type breaker struct {
	interceptor.WorkerInterceptorBase
	without protection
	later   bool // the worker was started in the place of a killed one
	bare    *orders.Activities
}

func (b *breaker) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &brokenActivity{interceptor.ActivityInboundInterceptorBase{Next: next}, b}
}

type brokenActivity struct {
	interceptor.ActivityInboundInterceptorBase
	*breaker
}

// ExecuteActivity charges without a guard and without a key.
func (b *brokenActivity) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if o, ok := in.Args[0].(orders.Order); ok && b.without == guard && activity.GetInfo(ctx).ActivityType.Name == "Charge" {
		return b.bare.Charge(ctx, o)
	}
	return b.Next.ExecuteActivity(ctx, in)
}

func (b *breaker) InterceptWorkflow(
	_ workflow.Context, next interceptor.WorkflowInboundInterceptor,
) interceptor.WorkflowInboundInterceptor {
	return &brokenWorkflow{interceptor.WorkflowInboundInterceptorBase{Next: next}, b}
}

type brokenWorkflow struct {
	interceptor.WorkflowInboundInterceptorBase
	*breaker
}

// Init has the workflow's calls looked at.
func (b *brokenWorkflow) Init(out interceptor.WorkflowOutboundInterceptor) error {
	return b.Next.Init(&brokenCalls{interceptor.WorkflowOutboundInterceptorBase{Next: out}, b.breaker})
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
	*breaker
}

// ExecuteActivity leaves an hour to each attempt, or has one attempt.
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
