package idempotencytest

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
)

// numbered gives an activity the number of its attempt, as an interceptor:
// the SDK's test environment has no other way.
type numbered struct {
	interceptor.WorkerInterceptorBase
	attempt int32
}

func (n *numbered) InterceptActivity(_ context.Context,
	next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	return &numberedIn{interceptor.ActivityInboundInterceptorBase{Next: next}, n.attempt}
}

type numberedIn struct {
	interceptor.ActivityInboundInterceptorBase
	attempt int32
}

func (n *numberedIn) Init(next interceptor.ActivityOutboundInterceptor) error {
	return n.Next.Init(&numberedOut{interceptor.ActivityOutboundInterceptorBase{Next: next}, n.attempt})
}

type numberedOut struct {
	interceptor.ActivityOutboundInterceptorBase
	attempt int32
}

func (n *numberedOut) GetInfo(ctx context.Context) activity.Info {
	info := n.Next.GetInfo(ctx)
	info.Attempt = n.attempt
	return info
}
