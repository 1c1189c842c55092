package heartbeat_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

const quick = 2 * time.Millisecond

// An infoInterceptor changes what an activity receives from the server.
type infoInterceptor struct {
	interceptor.WorkerInterceptorBase

	change func(*sdkactivity.Info)
	beat   func(details ...any) // replaces sending a heartbeat
	former []any                // details of the previous attempt

	unreadable bool // makes former unreadable
}

func (i *infoInterceptor) InterceptActivity(
	_ context.Context, next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	in := &infoInbound{info: i}
	in.Next = next
	return in
}

type infoInbound struct {
	interceptor.ActivityInboundInterceptorBase

	info *infoInterceptor
}

func (i *infoInbound) Init(out interceptor.ActivityOutboundInterceptor) error {
	o := &infoOutbound{info: i.info}
	o.Next = out
	return i.Next.Init(o)
}

type infoOutbound struct {
	interceptor.ActivityOutboundInterceptorBase

	info *infoInterceptor
}

func (i *infoOutbound) RecordHeartbeat(ctx context.Context, details ...any) {
	if i.info.beat == nil {
		i.Next.RecordHeartbeat(ctx, details...)
		return
	}
	i.info.beat(details...)
}

func (i *infoOutbound) HasHeartbeatDetails(ctx context.Context) bool {
	return i.info.former != nil || i.Next.HasHeartbeatDetails(ctx)
}

func (i *infoOutbound) GetHeartbeatDetails(ctx context.Context, into ...any) error {
	switch {
	case i.info.unreadable:
		return errors.New("not of this type")
	case i.info.former == nil:
		return i.Next.GetHeartbeatDetails(ctx, into...)
	}
	payloads, err := converter.GetDefaultDataConverter().ToPayloads(i.info.former...)
	if err != nil {
		return err
	}
	return converter.GetDefaultDataConverter().FromPayloads(payloads, into...)
}

func (i *infoOutbound) GetInfo(ctx context.Context) sdkactivity.Info {
	info := i.Next.GetInfo(ctx)
	i.info.change(&info)
	return info
}

// A heartbeatEnv is an activity environment that makes heartbeats available.
type heartbeatEnv struct {
	*testsuite.TestActivityEnvironment

	t     *testing.T
	beats chan string // the details of each heartbeat, "" without details
}

func newEnv(t *testing.T, heartbeatTimeout time.Duration) *heartbeatEnv {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	b := &heartbeatEnv{TestActivityEnvironment: suite.NewTestActivityEnvironment(), t: t, beats: make(chan string, 1_000_000)}
	b.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&infoInterceptor{
		change: func(info *sdkactivity.Info) { info.HeartbeatTimeout = heartbeatTimeout },
		beat:   func(details ...any) { b.beats <- text(details) },
	}}})
	return b
}

func text(details []any) string {
	if len(details) == 0 {
		return ""
	}
	if raw, ok := details[0].(converter.RawValue); ok { // of the previous attempt
		var s string
		_ = converter.GetDefaultDataConverter().FromPayload(raw.Payload(), &s)
		return s
	}
	return details[0].(string)
}

// run runs an activity.
func (b *heartbeatEnv) run(f func(ctx context.Context) error) {
	b.t.Helper()
	b.RegisterActivity(f)
	_, err := b.ExecuteActivity(f)
	require.NoError(b.t, err)
}

// until waits for a heartbeat with these details.
func (b *heartbeatEnv) until(want string) {
	for got := range b.beats {
		if got == want {
			return
		}
	}
}
