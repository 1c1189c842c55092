package heartbeat_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.uber.org/goleak"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

func TestProgress(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		details []any
		want    string
		ok      bool
	}{
		"no details":              {},
		"details of the type":     {details: []any{"page 7"}, want: "page 7", ok: true},
		"details of another type": {details: []any{7}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newEnv(t, time.Hour)
			if c.details != nil {
				b.SetHeartbeatDetails(c.details[0])
			}
			b.run(func(ctx context.Context) error {
				page, ok := heartbeat.Progress[string](ctx)
				require.Equal(t, c.want, page)
				require.Equal(t, c.ok, ok)
				return nil
			})
		})
	}
}

// The context ends when the worker begins to stop, and leaves no goroutine behind.
func TestWithWorkerStop(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	stopping := make(chan struct{})
	b := newEnv(t, time.Hour)
	b.SetWorkerStopChannel(stopping)
	b.run(func(ctx context.Context) error {
		canceled, cancel := heartbeat.WithWorkerStop(ctx)
		cancel()
		<-canceled.Done()
		require.Equal(t, heartbeat.CauseOther, heartbeat.CauseOf(canceled))

		work, cancel := heartbeat.WithWorkerStop(ctx)
		defer cancel()
		require.NoError(t, work.Err())
		close(stopping)
		<-work.Done()
		require.Equal(t, heartbeat.CauseShutdown, heartbeat.CauseOf(work))
		require.NoError(t, ctx.Err(), "WorkerStopTimeout is not over")
		return nil
	})
}

// An activity that returns as soon as its worker begins to stop keeps its progress, also
// before the first heartbeat.
func TestStartKeepsProgressWhenTheWorkerStops(t *testing.T) {
	t.Parallel()
	for range 50 {
		b := newEnv(t, time.Hour)
		stopping := make(chan struct{})
		b.SetWorkerStopChannel(stopping)
		b.run(func(ctx context.Context) error {
			defer heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return "page 7" }})()
			close(stopping)
			<-sdkactivity.GetWorkerStopChannel(ctx)
			return nil
		})
		require.NotEmpty(t, b.beats)
		require.Equal(t, "page 7", <-b.beats)
	}
}
