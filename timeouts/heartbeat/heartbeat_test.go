package heartbeat_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

func TestStart(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())

	t.Run("sends the progress repeatedly and once more at the end", func(t *testing.T) {
		b := newEnv(t, quick)
		b.run(func(ctx context.Context) error {
			var page atomic.Value
			page.Store("page 1")
			stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return page.Load() }})
			b.until("page 1")
			page.Store("page 2")
			b.until("page 2")
			page.Store("page 3")
			stop()
			stop()
			b.until("page 3")
			require.Empty(t, b.beats, "nothing is sent after stop")
			return nil
		})
	})

	t.Run("sends the details of the previous attempt until there is progress", func(t *testing.T) {
		b := newEnv(t, quick)
		b.SetHeartbeatDetails("page 7")
		b.run(func(ctx context.Context) error {
			var page atomic.Pointer[string]
			stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any {
				if p := page.Load(); p != nil {
					return *p
				}
				return nil
			}})
			defer stop()
			require.Equal(t, "page 7", <-b.beats)
			page.Store(new("page 8"))
			b.until("page 8")
			page.Store(nil)
			for range 3 { // one may be on its way
				require.Equal(t, "page 8", <-b.beats)
			}
			return nil
		})
	})

	t.Run("sends no details when there are none", func(t *testing.T) {
		b := newEnv(t, quick)
		b.run(func(ctx context.Context) error {
			defer heartbeat.Start(ctx, heartbeat.Options{})()
			require.Empty(t, <-b.beats)
			return nil
		})
	})

	t.Run("sends nothing in a short activity", func(t *testing.T) {
		b := newEnv(t, time.Hour)
		b.run(func(ctx context.Context) error {
			heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return "page 1" }})()
			return nil
		})
		require.Empty(t, b.beats)
	})

	t.Run("sends at once when the worker begins to stop", func(t *testing.T) {
		b := newEnv(t, time.Hour)
		stopping := make(chan struct{})
		b.SetWorkerStopChannel(stopping)
		b.run(func(ctx context.Context) error {
			defer heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return "page 1" }})()
			close(stopping)
			require.Equal(t, "page 1", <-b.beats)
			return nil
		})
		require.Equal(t, "page 1", <-b.beats, "the last heartbeat")
		require.Empty(t, b.beats, "no further heartbeat")
	})
}
