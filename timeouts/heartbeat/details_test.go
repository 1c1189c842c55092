package heartbeat_test

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// A panic in the goroutine that sends heartbeats would end the worker process.
func TestStartWithProgressThatCannotBeEncoded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]any{"NaN": math.NaN(), "a channel": make(chan int), "a function": func() {}} {
		t.Run(name+" after progress repeats the progress", func(t *testing.T) {
			t.Parallel()
			s := newEncodedEnv()
			s.run(t, func(ctx context.Context) error {
				var calls atomic.Int32
				defer heartbeat.Start(ctx, heartbeat.Options{Progress: func() any {
					if calls.Add(1) > 1 {
						return c
					}
					return 7
				}})()
				for range 3 {
					require.Equal(t, []string{"7"}, s.next())
				}
				return nil
			})
		})
	}
	t.Run("infinity without progress sends no details", func(t *testing.T) {
		t.Parallel()
		s := newEncodedEnv()
		s.run(t, func(ctx context.Context) error {
			defer heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return math.Inf(1) }})()
			require.Empty(t, s.next())
			return nil
		})
	})
	t.Run("panic of the SDK does not end the activity", func(t *testing.T) {
		t.Parallel()
		s := newEncodedEnv()
		s.info.beat = nil
		s.run(t, func(ctx context.Context) error {
			asked := make(chan struct{})
			stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { asked <- struct{}{}; return math.NaN() }})
			for range 3 {
				<-asked
			}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				stop()
			}()
			for {
				select {
				case <-asked:
				case <-ended:
					return nil
				}
			}
		})
	})
	t.Run("codec that fails for a moment erases nothing", func(t *testing.T) {
		t.Parallel()
		s := newEncodedEnv()
		s.run(t, func(ctx context.Context) error {
			var page, asked atomic.Int32
			stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { asked.Add(1); return page.Load() }})
			s.until("0")
			s.down.Store(true)
			for from := asked.Load(); asked.Load() < from+3; {
				time.Sleep(quick)
			}
			for len(s.beats) > 0 {
				require.Equal(t, []string{"0"}, s.next())
			}
			page.Store(8)
			s.down.Store(false)
			s.until("8")
			stop()
			return nil
		})
	})
}

// Details that the activity records itself are sent again, not erased.
func TestStartBesideRecordHeartbeat(t *testing.T) {
	t.Parallel()
	type state struct {
		Page  int      `json:"page"`
		Names []string `json:"names"`
	}
	for name, c := range map[string]struct {
		record func(context.Context)
		want   []string
	}{
		"number":     {record: func(ctx context.Context) { sdkactivity.RecordHeartbeat(ctx, 700) }, want: []string{"700"}},
		"two values": {record: func(ctx context.Context) { sdkactivity.RecordHeartbeat(ctx, "page", 7) }, want: []string{`"page"`, "7"}},
		"last of two heartbeats": {record: func(ctx context.Context) {
			sdkactivity.RecordHeartbeat(ctx, 1)
			sdkactivity.RecordHeartbeat(ctx, 2)
		}, want: []string{"2"}},
		"pointer to a value that changes later": {record: func(ctx context.Context) {
			s := &state{Page: 1, Names: []string{"a"}}
			sdkactivity.RecordHeartbeat(ctx, s)
			s.Page, s.Names[0] = 2, "b"
		}, want: []string{`{"page":1,"names":["a"]}`}},
		"array and map": {record: func(ctx context.Context) {
			m := map[string]int{"a": 1}
			sdkactivity.RecordHeartbeat(ctx, [2]int{1, 2}, m)
			m["a"] = 2
		}, want: []string{"[1,2]", `{"a":1}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newEncodedEnv(heartbeat.NewInterceptor())
			s.SetHeartbeatDetails("previous attempt")
			s.run(t, func(ctx context.Context) error {
				stop := heartbeat.Start(ctx, heartbeat.Options{})
				require.Equal(t, []string{`"previous attempt"`}, s.next())
				c.record(ctx)
				s.until(c.want...)
				for range 3 {
					require.Equal(t, c.want, s.next())
				}
				stop()
				return nil
			})
		})
	}
}

// All details of the previous attempt are kept, not only the first.
func TestStartKeepsAllDetails(t *testing.T) {
	t.Parallel()
	s := newEncodedEnv()
	var want []string
	for i := range 9 { // more than are read at once
		s.info.former, want = append(s.info.former, i), append(want, string(rune('0'+i)))
	}
	s.run(t, func(ctx context.Context) error {
		defer heartbeat.Start(ctx, heartbeat.Options{})()
		require.Equal(t, want, s.next())
		return nil
	})
}

// oneWay can be encoded but not decoded.
type oneWay struct{ Pages []int }

func (*oneWay) UnmarshalJSON([]byte) error { return errors.New("it cannot be read") }

// Details that cannot be sent again are not erased by a heartbeat without details.
func TestStartWithDetailsThatCannotBeSentAgain(t *testing.T) {
	t.Parallel()
	for name, unreadable := range map[string]bool{"details of the previous attempt": true, "details that the activity recorded": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newEncodedEnv(heartbeat.NewInterceptor())
			s.info.unreadable = unreadable
			if unreadable {
				s.info.former = []any{"page 7"}
			}
			s.run(t, func(ctx context.Context) error {
				if !unreadable {
					sdkactivity.RecordHeartbeat(ctx, oneWay{Pages: []int{7}})
					require.Equal(t, []string{`{"Pages":[7]}`}, s.next())
				}
				var asked atomic.Int32
				var page atomic.Pointer[int]
				stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any {
					asked.Add(1)
					if p := page.Load(); p != nil {
						return *p
					}
					return nil
				}})
				require.Eventually(t, func() bool { return asked.Load() > 3 }, time.Minute, quick)
				require.Empty(t, s.beats)
				page.Store(new(8))
				require.Equal(t, []string{"8"}, s.next())
				stop()
				return nil
			})
		})
	}
}
