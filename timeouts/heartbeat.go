package timeouts

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
)

// longestBeat is the time between two heartbeats when the activity has no
// HeartbeatTimeout, or a long one. The SDK sends them every 30 s then, or less
// often, and a request to cancel comes as the answer to one.
const longestBeat = 30 * time.Second

// Heartbeat sends heartbeats until stop is called or ctx ends: twice as often
// as HeartbeatTimeout asks, and at once when the worker begins to stop. The SDK
// sends on what it has at four fifths of that time-out. progress is called for
// each, from another goroutine; what it returns is there for the next attempt in
// activity.GetHeartbeatDetails. While it returns nil, or is nil itself, the
// details of the previous attempt are kept, so nothing is lost by an attempt
// that has yet to read them.
//
// The first heartbeat goes out after half of HeartbeatTimeout, so short
// activities cost none. stop waits until nothing runs any more, and records the
// progress once more, for an attempt that fails, if there was a first heartbeat or
// the worker stops; it may be called several times.
// Heartbeats bring the news that ctx must end; [CauseOf] tells which. They say
// that the process lives, not that its work goes on: that limit is
// StartToCloseTimeout. Local activities have none. For activities.
func Heartbeat(ctx context.Context, progress func() any) (stop func()) {
	info := activity.GetInfo(ctx)
	if info.IsLocalActivity {
		return func() {}
	}
	b := &beater{ctx: ctx, progress: progress}
	if activity.HasHeartbeatDetails(ctx) {
		var former converter.RawValue
		if activity.GetHeartbeatDetails(ctx, &former) == nil {
			b.last = former
		}
	}
	every := longestBeat
	if info.HeartbeatTimeout > 0 {
		every = min(every, info.HeartbeatTimeout/2)
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		b.run(every, quit)
	}()
	return sync.OnceFunc(func() {
		close(quit)
		<-done
		if (b.begun || stopping(ctx)) && ctx.Err() == nil {
			b.beat()
		}
	})
}

type beater struct {
	ctx      context.Context
	progress func() any
	last     any  // what was recorded last
	begun    bool // something was
}

func (b *beater) run(every time.Duration, quit <-chan struct{}) {
	ticker := time.NewTicker(max(every, time.Millisecond))
	defer ticker.Stop()
	stopping := activity.GetWorkerStopChannel(b.ctx)
	for {
		select {
		case <-quit:
			return
		case <-b.ctx.Done():
			return
		case <-stopping:
			stopping = nil
		case <-ticker.C:
		}
		b.beat()
	}
}

func (b *beater) beat() {
	if v := b.ask(); v != nil {
		b.last = v
	}
	b.begun = true
	if b.last == nil {
		activity.RecordHeartbeat(b.ctx)
		return
	}
	activity.RecordHeartbeat(b.ctx, b.last)
}

// ask asks for the progress. A panic there must not end the worker.
func (b *beater) ask() (v any) {
	if b.progress == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			activity.GetLogger(b.ctx).Error("The progress of the activity is not known, and the last one is sent; correct the function that panicked", "Panic", p)
			v = nil
		}
	}()
	return b.progress()
}
