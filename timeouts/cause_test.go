package timeouts_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"
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
		errors.New("not found"):       timeouts.CauseGone,
		context.Canceled:              timeouts.CauseOther,
		error(nil):                    timeouts.CauseOther, // context.Canceled, by the context's own rules
		context.DeadlineExceeded:      timeouts.CauseOutOfTime,
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
	require.Equal(t, timeouts.CauseOutOfTime, timeouts.CauseOf(over))

	_, err := newBeating(t, time.Hour).ExecuteLocalActivity(func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		require.Equal(t, timeouts.CauseCanceled, timeouts.CauseOf(ctx), "local activities are told nothing else")
		return nil
	})
	require.NoError(t, err)
}
