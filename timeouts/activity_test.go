package timeouts_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

func TestMargin(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	deadline, _ := ctx.Deadline()
	inner, cancelInner := timeouts.WithMargin(ctx, 10*time.Minute)
	defer cancelInner()
	got, ok := inner.Deadline()
	require.True(t, ok)
	require.Equal(t, deadline.Add(-10*time.Minute), got)

	over, cancelOver := timeouts.WithMargin(ctx, 2*time.Hour)
	defer cancelOver()
	require.ErrorIs(t, over.Err(), context.DeadlineExceeded, "there is no time left for anything")

	free, cancelFree := timeouts.WithMargin(t.Context(), time.Minute)
	_, ok = free.Deadline()
	require.False(t, ok)
	cancelFree()
	require.ErrorIs(t, free.Err(), context.Canceled)
}

// A told interceptor stands in for what a server tells an activity.
type told struct {
	interceptor.WorkerInterceptorBase

	change func(*sdkactivity.Info)
	beat   func(details ...any) // instead of sending a heartbeat
	former []any                // details of the previous attempt

	unreadable bool // they are
}

func (o *told) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &toldIn{told: o}
	in.Next = next
	return in
}

type toldIn struct {
	interceptor.ActivityInboundInterceptorBase

	told *told
}

func (i *toldIn) Init(out interceptor.ActivityOutboundInterceptor) error {
	o := &toldOut{told: i.told}
	o.Next = out
	return i.Next.Init(o)
}

type toldOut struct {
	interceptor.ActivityOutboundInterceptorBase

	told *told
}

func (o *toldOut) RecordHeartbeat(ctx context.Context, details ...any) {
	if o.told.beat == nil {
		o.Next.RecordHeartbeat(ctx, details...)
		return
	}
	o.told.beat(details...)
}

func (o *toldOut) HasHeartbeatDetails(ctx context.Context) bool {
	return o.told.former != nil || o.Next.HasHeartbeatDetails(ctx)
}

func (o *toldOut) GetHeartbeatDetails(ctx context.Context, into ...any) error {
	switch {
	case o.told.unreadable:
		return errors.New("not of this type")
	case o.told.former == nil:
		return o.Next.GetHeartbeatDetails(ctx, into...)
	}
	payloads, err := converter.GetDefaultDataConverter().ToPayloads(o.told.former...)
	if err != nil {
		return err
	}
	return converter.GetDefaultDataConverter().FromPayloads(payloads, into...)
}

func (o *toldOut) GetInfo(ctx context.Context) sdkactivity.Info {
	info := o.Next.GetInfo(ctx)
	o.told.change(&info)
	return info
}

func TestRemainingAndLastAttempt(t *testing.T) {
	t.Parallel()
	type policy = temporal.RetryPolicy
	for name, c := range map[string]struct {
		policy  *policy
		attempt int32
		passed  time.Duration // of an hour
		total   time.Duration
		last    bool
	}{
		"attempts are left":              {&policy{MaximumAttempts: 3}, 2, time.Minute, time.Hour, false},
		"none is left":                   {&policy{MaximumAttempts: 3}, 3, time.Minute, time.Hour, true},
		"the next would be too late":     {&policy{InitialInterval: 10 * time.Minute}, 1, 51 * time.Minute, time.Hour, true},
		"the next is just in time":       {&policy{InitialInterval: 10 * time.Minute}, 1, 49 * time.Minute, time.Hour, false},
		"there is no limit":              {&policy{}, 9, 51 * time.Minute, 0, false},
		"the server tells of no policy":  {nil, 9, 59 * time.Minute, time.Hour, false},
		"waits grow with the attempts":   {&policy{InitialInterval: time.Minute}, 5, 45 * time.Minute, time.Hour, true}, // 16 minutes
		"they were shorter in the first": {&policy{InitialInterval: time.Minute}, 1, 45 * time.Minute, time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var suite testsuite.WorkflowTestSuite
			suite.SetLogger(testenv.Logger())
			env := suite.NewTestActivityEnvironment()
			env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&told{change: func(info *sdkactivity.Info) {
				info.RetryPolicy, info.Attempt, info.StartToCloseTimeout = c.policy, c.attempt, 0
				info.ScheduledTime, info.ScheduleToCloseTimeout = time.Now().Add(-c.passed), c.total
			}}}})
			look := func(ctx context.Context) (bool, error) {
				left, ok := timeouts.Remaining(ctx)
				require.Equal(t, c.total > 0, ok)
				if ok {
					require.InDelta(t, c.total-c.passed, left, float64(time.Minute))
				}
				return timeouts.IsLastAttempt(ctx), nil
			}
			env.RegisterActivity(look)
			value, err := env.ExecuteActivity(look)
			require.NoError(t, err)
			var last bool
			require.NoError(t, value.Get(&last))
			require.Equal(t, c.last, last)
		})
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	for kind, want := range map[enumspb.TimeoutType]timeouts.Kind{
		enumspb.TIMEOUT_TYPE_START_TO_CLOSE:    timeouts.KindStartToClose,
		enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START: timeouts.KindScheduleToStart,
		enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE: timeouts.KindScheduleToClose,
		enumspb.TIMEOUT_TYPE_HEARTBEAT:         timeouts.KindHeartbeat,
		enumspb.TIMEOUT_TYPE_UNSPECIFIED:       timeouts.KindNone,
	} {
		err := temporal.NewTimeoutError(kind, nil)
		require.Equal(t, want, timeouts.KindOf(err))
		require.Equal(t, want, timeouts.KindOf(temporal.NewApplicationErrorWithCause("while", "X", err)))
	}
	require.Equal(t, timeouts.KindNone, timeouts.KindOf(temporal.NewApplicationError("x", "X")))
	require.Equal(t, timeouts.KindNone, timeouts.KindOf(nil))

	var page int
	require.True(t, timeouts.LastHeartbeat(temporal.NewHeartbeatTimeoutError(7), &page))
	require.Equal(t, 7, page)
	require.False(t, timeouts.LastHeartbeat(temporal.NewHeartbeatTimeoutError(), &page))
}
