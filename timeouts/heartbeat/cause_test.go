package heartbeat_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

func TestCauseOf(t *testing.T) {
	t.Parallel()
	for cause, want := range map[error]heartbeat.Cause{
		sdkactivity.ErrActivityPaused: heartbeat.CausePaused,
		sdkactivity.ErrActivityReset:  heartbeat.CauseReset,
		worker.ErrWorkerShutdown:      heartbeat.CauseShutdown,
		temporal.NewCanceledError():   heartbeat.CauseCanceled,
		errors.New("not found"):       heartbeat.CauseNotFound,
		context.Canceled:              heartbeat.CauseOther,
		error(nil):                    heartbeat.CauseOther, // context.Canceled, by the context's own rules
		context.DeadlineExceeded:      heartbeat.CauseDeadline,
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		require.Equal(t, heartbeat.Cause(""), heartbeat.CauseOf(ctx))
		cancel(cause)
		require.Equal(t, want, heartbeat.CauseOf(ctx), "%v", cause)
		inner, cancelInner := context.WithTimeout(ctx, time.Hour)
		require.Equal(t, want, heartbeat.CauseOf(inner), "of a derived context")
		cancelInner()
	}
	over, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	require.Equal(t, heartbeat.CauseDeadline, heartbeat.CauseOf(over))

	_, err := newEnv(t, time.Hour).ExecuteLocalActivity(func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		require.Equal(t, heartbeat.CauseCanceled, heartbeat.CauseOf(ctx), "a local activity learns nothing else")
		return nil
	})
	require.NoError(t, err)
}

func TestCauseOfDerivedContext(t *testing.T) {
	t.Parallel()
	failed := errors.New("a member of the group failed")
	for name, c := range map[string]struct {
		interceptors []interceptor.WorkerInterceptor
		end          func(context.Context) context.Context
		want         heartbeat.Cause
	}{
		"derived timeout is over": {end: func(ctx context.Context) context.Context {
			ctx, cancel := context.WithTimeout(ctx, 0)
			cancel()
			return ctx
		}, want: heartbeat.CauseOther},
		"margin is reached": {end: func(ctx context.Context) context.Context {
			ctx, cancel := heartbeat.WithMargin(ctx, 24*time.Hour)
			cancel()
			return ctx
		}, want: heartbeat.CauseOther},
		"error group failed": {interceptors: withInterceptor(), end: canceledWith(failed), want: heartbeat.CauseOther},
		"derived context is canceled with a CanceledError": {
			interceptors: withInterceptor(), end: canceledWith(temporal.NewCanceledError()), want: heartbeat.CauseOther,
		},
		"derived context is canceled with DeadlineExceeded": {
			interceptors: withInterceptor(), end: canceledWith(context.DeadlineExceeded), want: heartbeat.CauseOther,
		},
		"worker begins to stop": {
			interceptors: withInterceptor(), end: canceledWith(worker.ErrWorkerShutdown), want: heartbeat.CauseShutdown,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newEnv(t, time.Hour)
			b.SetWorkerOptions(worker.Options{Interceptors: append(c.interceptors, &infoInterceptor{
				change: func(info *sdkactivity.Info) { info.Deadline = time.Now().Add(time.Hour) },
			})})
			b.run(func(ctx context.Context) error {
				require.Equal(t, c.want, heartbeat.CauseOf(c.end(ctx)))
				return nil
			})
		})
	}
}

func withInterceptor() []interceptor.WorkerInterceptor {
	return []interceptor.WorkerInterceptor{heartbeat.NewInterceptor()}
}

func canceledWith(cause error) func(context.Context) context.Context {
	return func(ctx context.Context) context.Context {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(cause)
		return ctx
	}
}

// A derived context that ended first does not hide that the activity has ended since.
func TestCauseOfActivityThatEndedAfterDerivedContext(t *testing.T) {
	t.Parallel()
	b := newEnv(t, time.Hour)
	end := make(chan context.CancelCauseFunc, 1)
	b.SetWorkerOptions(worker.Options{Interceptors: append([]interceptor.WorkerInterceptor{&ending{end: end}}, withInterceptor()...)})
	b.run(func(ctx context.Context) error {
		inner := canceledWith(errors.New("the derived context"))(ctx)
		(<-end)(sdkactivity.ErrActivityPaused)
		require.Equal(t, heartbeat.CausePaused, heartbeat.CauseOf(inner))
		return nil
	})
}

// ending ends the context of an activity, as Temporal does.
type ending struct {
	interceptor.WorkerInterceptorBase

	end chan context.CancelCauseFunc
}

func (e *ending) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &endingIn{end: e.end}
	in.Next = next
	return in
}

type endingIn struct {
	interceptor.ActivityInboundInterceptorBase

	end chan context.CancelCauseFunc
}

func (i *endingIn) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	i.end <- cancel
	return i.Next.ExecuteActivity(ctx, in)
}
