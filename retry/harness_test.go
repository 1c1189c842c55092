package retry_test

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
)

// An infoInterceptor changes the info of an activity, as a server would fill it: the
// SDK's test environment sets no policy and no times.
type infoInterceptor struct {
	interceptor.WorkerInterceptorBase

	change func(*activity.Info)
}

func (i *infoInterceptor) InterceptActivity(_ context.Context,
	next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	in := &infoInbound{change: i.change}
	in.Next = next
	return in
}

type infoInbound struct {
	interceptor.ActivityInboundInterceptorBase

	change func(*activity.Info)
}

func (i *infoInbound) Init(outbound interceptor.ActivityOutboundInterceptor) error {
	out := &infoOutbound{change: i.change}
	out.Next = outbound
	return i.Next.Init(out)
}

type infoOutbound struct {
	interceptor.ActivityOutboundInterceptorBase

	change func(*activity.Info)
}

func (o *infoOutbound) GetInfo(ctx context.Context) activity.Info {
	info := o.Next.GetInfo(ctx)
	o.change(&info)
	return info
}
