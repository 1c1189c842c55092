package retry_test

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
)

// told stands in for the server, which tells an activity its retry policy and
// its times: the test environment does not.
type told struct {
	interceptor.WorkerInterceptorBase

	change func(*activity.Info)
}

func (t *told) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &toldInbound{told: t.change}
	in.Next = next
	return in
}

type toldInbound struct {
	interceptor.ActivityInboundInterceptorBase

	told func(*activity.Info)
}

func (i *toldInbound) Init(outbound interceptor.ActivityOutboundInterceptor) error {
	out := &toldOutbound{told: i.told}
	out.Next = outbound
	return i.Next.Init(out)
}

type toldOutbound struct {
	interceptor.ActivityOutboundInterceptorBase

	told func(*activity.Info)
}

func (o *toldOutbound) GetInfo(ctx context.Context) activity.Info {
	info := o.Next.GetInfo(ctx)
	o.told(&info)
	return info
}
