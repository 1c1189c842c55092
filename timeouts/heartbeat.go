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
// sends on what it has at four fifths of that timeout. progress is called for
// each, from another goroutine; what it returns is there for the next attempt in
// activity.GetHeartbeatDetails. While it returns nil, or is nil itself, all details
// that were recorded last are sent again: with [NewInterceptor] those that the
// activity has recorded by itself, else those of the previous attempt. Without the
// interceptor, Heartbeat cannot see activity.RecordHeartbeat and overwrites what that
// has recorded; return it from progress instead.
//
// Progress that cannot be encoded, as NaN, or while a payload codec fails, is logged,
// and the last progress is sent again. If that cannot be encoded either, no heartbeat
// is sent, since one without details erases them.
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
	b := &heartbeater{ctx: ctx, progress: progress, logged: map[string]bool{}}
	b.last, b.unknown = former(ctx)
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

// former returns all details of the previous attempt; unknown is true when there
// are some that the data converter does not hand out.
func former(ctx context.Context) (details []any, unknown bool) {
	if !activity.HasHeartbeatDetails(ctx) {
		return nil, false
	}
	for room := 8; ; room *= 2 {
		raw, into := make([]converter.RawValue, room), make([]any, room)
		for i := range raw {
			into[i] = &raw[i]
		}
		if activity.GetHeartbeatDetails(ctx, into...) != nil {
			return nil, true
		}
		details = nil
		for _, v := range raw {
			if v.Payload() != nil {
				details = append(details, v)
			}
		}
		if len(details) < room {
			return details, false
		}
	}
}

type heartbeater struct {
	ctx      context.Context
	progress func() any
	last     []any // what was recorded last, without the interceptor
	unknown  bool  // there is something, but it cannot be sent again
	begun    bool  // a heartbeat was due
	logged   map[string]bool
}

func (b *heartbeater) run(every time.Duration, quit <-chan struct{}) {
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

func (b *heartbeater) beat() {
	b.begun = true
	if v := b.ask(); v != nil && b.send(b.ctx, v) {
		b.last, b.unknown = copied([]any{v})
		return
	}
	recorded, unknown := recorderOf(b.ctx).state()
	if unknown || !recorded && b.unknown {
		b.log("The progress cannot be read to be sent again, so no heartbeat is sent; return progress that can be encoded", nil)
		return
	}
	b.send(context.WithValue(b.ctx, repeatKey{}, true), b.last...)
}

// ask asks for the progress. A panic there must not end the worker.
func (b *heartbeater) ask() (v any) {
	if b.progress == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			b.log("The progress function of the activity panicked, and the last progress is sent again; correct the function", p)
			v = nil
		}
	}()
	return b.progress()
}

// send records details. The SDK panics when it cannot encode them, which must not
// end the worker either.
func (b *heartbeater) send(ctx context.Context, details ...any) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			b.log("The progress of the activity cannot be encoded and was not sent; return what the data converter can write, and see that its codec works", p)
			ok = false
		}
	}()
	activity.RecordHeartbeat(ctx, details...)
	return true
}

// log logs each message once.
func (b *heartbeater) log(message string, p any) {
	if !b.logged[message] {
		b.logged[message] = true
		activity.GetLogger(b.ctx).Error(message, "Panic", p)
	}
}
