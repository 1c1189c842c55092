package timeouts_test

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

	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

func TestCauseOf(t *testing.T) {
	t.Parallel()
	for cause, want := range map[error]timeouts.Cause{
		sdkactivity.ErrActivityPaused: timeouts.CausePaused,
		sdkactivity.ErrActivityReset:  timeouts.CauseReset,
		worker.ErrWorkerShutdown:      timeouts.CauseShutdown,
		temporal.NewCanceledError():   timeouts.CauseCanceled,
		errors.New("not found"):       timeouts.CauseNotFound,
		context.Canceled:              timeouts.CauseOther,
		error(nil):                    timeouts.CauseOther, // context.Canceled, by the context's own rules
		context.DeadlineExceeded:      timeouts.CauseDeadline,
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		require.Equal(t, timeouts.CauseNone, timeouts.CauseOf(ctx))
		cancel(cause)
		require.Equal(t, want, timeouts.CauseOf(ctx), "%v", cause)
		inner, cancelInner := context.WithTimeout(ctx, time.Hour)
		require.Equal(t, want, timeouts.CauseOf(inner), "of a context that was made from it")
		cancelInner()
	}
	over, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	require.Equal(t, timeouts.CauseDeadline, timeouts.CauseOf(over))

	_, err := newBeating(t, time.Hour).ExecuteLocalActivity(func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		require.Equal(t, timeouts.CauseCanceled, timeouts.CauseOf(ctx), "local activities are told nothing else")
		return nil
	})
	require.NoError(t, err)
}

// The activity's own context decides, not one that was made from it.
func TestCauseOfAContextWithinTheActivity(t *testing.T) {
	t.Parallel()
	failed := errors.New("one of the group has failed")
	for name, c := range map[string]struct {
		interceptors []interceptor.WorkerInterceptor
		end          func(context.Context) context.Context
		want         timeouts.Cause
	}{
		"its own limit is over": {nil, func(ctx context.Context) context.Context {
			ctx, cancel := context.WithTimeout(ctx, 0)
			cancel()
			return ctx
		}, timeouts.CauseOther},
		"the limit of Margin is over": {nil, func(ctx context.Context) context.Context {
			ctx, cancel := timeouts.WithMargin(ctx, 24*time.Hour)
			cancel()
			return ctx
		}, timeouts.CauseOther},
		"an error group has ended it":                    {knowing(), canceledWith(failed), timeouts.CauseOther},
		"with a cancellation that is not the activity's": {knowing(), canceledWith(temporal.NewCanceledError()), timeouts.CauseOther},
		"with a limit that is not the activity's":        {knowing(), canceledWith(context.DeadlineExceeded), timeouts.CauseOther},
		"the worker has begun to stop":                   {knowing(), canceledWith(worker.ErrWorkerShutdown), timeouts.CauseShutdown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBeating(t, time.Hour)
			b.SetWorkerOptions(worker.Options{Interceptors: append(c.interceptors, &told{
				change: func(info *sdkactivity.Info) { info.Deadline = time.Now().Add(time.Hour) },
			})})
			b.run(func(ctx context.Context) error {
				require.Equal(t, c.want, timeouts.CauseOf(c.end(ctx)))
				return nil
			})
		})
	}
}

func knowing() []interceptor.WorkerInterceptor {
	return []interceptor.WorkerInterceptor{timeouts.NewInterceptor(timeouts.InterceptorOptions{})}
}

func canceledWith(cause error) func(context.Context) context.Context {
	return func(ctx context.Context) context.Context {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(cause)
		return ctx
	}
}

// An inner limit that ended first does not hide that the activity has ended since.
func TestCauseOfAnActivityThatHasEndedSince(t *testing.T) {
	t.Parallel()
	b := newBeating(t, time.Hour)
	end := make(chan context.CancelCauseFunc, 1)
	b.SetWorkerOptions(worker.Options{Interceptors: append([]interceptor.WorkerInterceptor{&ending{end: end}}, knowing()...)})
	b.run(func(ctx context.Context) error {
		inner := canceledWith(errors.New("the inner one"))(ctx)
		(<-end)(sdkactivity.ErrActivityPaused)
		require.Equal(t, timeouts.CausePaused, timeouts.CauseOf(inner))
		return nil
	})
}

// ending plays Temporal, which ends the context of an activity.
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
