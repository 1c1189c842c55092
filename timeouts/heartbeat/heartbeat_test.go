package timeouts_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.uber.org/goleak"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A beating is an activity environment that hands on heartbeats.
type beating struct {
	*testsuite.TestActivityEnvironment

	t     *testing.T
	beats chan string // the details of each; empty without any
}

func newBeating(t *testing.T, heartbeatTimeout time.Duration) *beating {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	b := &beating{TestActivityEnvironment: suite.NewTestActivityEnvironment(), t: t, beats: make(chan string, 1_000_000)}
	b.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&told{
		change: func(info *sdkactivity.Info) { info.HeartbeatTimeout = heartbeatTimeout },
		beat:   func(details ...any) { b.beats <- text(details) },
	}}})
	return b
}

func text(details []any) string {
	if len(details) == 0 {
		return ""
	}
	if raw, ok := details[0].(converter.RawValue); ok { // what the attempt before had
		var s string
		_ = converter.GetDefaultDataConverter().FromPayload(raw.Payload(), &s)
		return s
	}
	return details[0].(string)
}

// run runs an activity.
func (b *beating) run(f func(ctx context.Context) error) {
	b.t.Helper()
	b.RegisterActivity(f)
	_, err := b.ExecuteActivity(f)
	require.NoError(b.t, err)
}

// until waits for a heartbeat with these details.
func (b *beating) until(want string) {
	for got := range b.beats {
		if got == want {
			return
		}
	}
}

const quick = 2 * time.Millisecond

func TestHeartbeat(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())

	t.Run("sends the progress, again and again, and once more at the end", func(t *testing.T) {
		b := newBeating(t, quick)
		b.run(func(ctx context.Context) error {
			var page atomic.Value
			page.Store("page 1")
			stop := timeouts.Heartbeat(ctx, func() any { return page.Load() })
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

	t.Run("keeps the details of the previous attempt until there are new ones", func(t *testing.T) {
		b := newBeating(t, quick)
		b.SetHeartbeatDetails("page 7")
		b.run(func(ctx context.Context) error {
			var page atomic.Pointer[string]
			stop := timeouts.Heartbeat(ctx, func() any {
				if p := page.Load(); p != nil {
					return *p
				}
				return nil
			})
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

	t.Run("has no details without any", func(t *testing.T) {
		b := newBeating(t, quick)
		b.run(func(ctx context.Context) error {
			defer timeouts.Heartbeat(ctx, nil)()
			require.Empty(t, <-b.beats)
			return nil
		})
	})

	t.Run("costs a short activity nothing", func(t *testing.T) {
		b := newBeating(t, time.Hour)
		b.run(func(ctx context.Context) error {
			timeouts.Heartbeat(ctx, func() any { return "page 1" })()
			return nil
		})
		require.Empty(t, b.beats)
	})

	t.Run("beats at once when the worker begins to stop", func(t *testing.T) {
		b := newBeating(t, time.Hour)
		stopping := make(chan struct{})
		b.SetWorkerStopChannel(stopping)
		b.run(func(ctx context.Context) error {
			defer timeouts.Heartbeat(ctx, func() any { return "page 1" })()
			close(stopping)
			require.Equal(t, "page 1", <-b.beats)
			return nil
		})
		require.Equal(t, "page 1", <-b.beats, "the last one")
		require.Empty(t, b.beats, "and no more than that")
	})
}
