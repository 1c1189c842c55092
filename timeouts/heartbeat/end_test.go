package heartbeat_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// No goroutine is left behind, and none sends after it should have ended.
func TestStartEnds(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())

	t.Run("goroutine ends with the context without stop", func(t *testing.T) {
		b := newEnv(t, quick)
		b.run(func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return "page 1" }})
			<-b.beats
			cancel()
			return nil // goleak finds a goroutine that continues
		})
	})

	t.Run("nothing is sent after the context has ended", func(t *testing.T) {
		b := newEnv(t, time.Hour)
		stopping := make(chan struct{})
		b.SetWorkerStopChannel(stopping)
		b.run(func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return "page 1" }})
			close(stopping)
			<-b.beats
			cancel()
			stop()
			return nil
		})
		require.Empty(t, b.beats)
	})

	t.Run("goroutine has ended when stop returns", func(t *testing.T) {
		for range 20 {
			b := newEnv(t, quick)
			b.run(func(ctx context.Context) error {
				asked, answer := make(chan struct{}), make(chan struct{})
				var first sync.Once
				var answered atomic.Bool
				stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any {
					first.Do(func() {
						close(asked)
						<-answer
						runtime.Gosched() // lets a stop that does not wait return first
						answered.Store(true)
					})
					return "page 1"
				}})
				<-asked
				go close(answer)
				stop()
				require.True(t, answered.Load())
				return nil
			})
		}
	})

	t.Run("progress function that panics does not end the process", func(t *testing.T) {
		b := newEnv(t, quick)
		b.run(func(ctx context.Context) error {
			var calls atomic.Int32
			defer heartbeat.Start(ctx, heartbeat.Options{Progress: func() any {
				if calls.Add(1) > 1 {
					//archtest:panic the subject of the test
					panic("no page")
				}
				return "page 1"
			}})()
			for range 3 {
				require.Equal(t, "page 1", <-b.beats)
			}
			return nil
		})
	})

	t.Run("local activity sends nothing", func(t *testing.T) {
		b := newEnv(t, quick)
		f := func(ctx context.Context) error {
			asked := make(chan struct{}, 1_000)
			defer heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { asked <- struct{}{}; return nil }})()
			select {
			case <-asked:
				return errors.New("the progress function was called")
			case <-time.After(20 * quick): // nothing to wait for
				return nil
			}
		}
		_, err := b.ExecuteLocalActivity(f)
		require.NoError(t, err)
		require.Empty(t, b.beats)
	})
}
