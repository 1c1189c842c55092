package heartbeat

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
)

// longestInterval is the time between two heartbeats when HeartbeatTimeout is not
// set or long. The SDK then sends them at most every 30 s, and a request to cancel
// arrives in the response to a heartbeat.
const longestInterval = 30 * time.Second

// Options tunes [Start]. The zero value sends the last recorded details again.
type Options struct {
	// Progress returns the details of the next heartbeat, which [Progress] returns in
	// the next attempt. Start calls it from another goroutine. While it is nil or
	// returns nil, the details that were recorded last are sent again.
	Progress func() any
}

// Start sends heartbeats until stop is called or ctx ends: twice in each
// HeartbeatTimeout, and at once when the worker begins to stop. The first heartbeat
// is sent after half of HeartbeatTimeout, so a short activity sends none.
//
// stop waits until the background work has ended. It records the progress once
// more, for an attempt that fails, if a heartbeat was due or the worker stops. It
// may be called several times.
//
// Details that cannot be encoded, for example NaN or while a payload codec fails,
// are logged, and the last details are sent again. If these cannot be encoded
// either, no heartbeat is sent, because one without details would erase them.
// Without [NewInterceptor], Start does not see activity.RecordHeartbeat and
// overwrites its details: return them from Progress instead.
//
// Start does nothing in a local activity. For activities.
func Start(ctx context.Context, opts Options) (stop func()) {
	info := activity.GetInfo(ctx)
	if info.IsLocalActivity {
		return func() {}
	}
	h := &heartbeater{ctx: ctx, progress: opts.Progress, logged: map[string]bool{}}
	h.last, h.lastErr = previousDetails(ctx)
	interval := longestInterval
	if info.HeartbeatTimeout > 0 {
		interval = min(interval, info.HeartbeatTimeout/2)
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		h.run(interval, quit)
	}()
	return sync.OnceFunc(func() {
		close(quit)
		<-done
		if (h.due || isStopping(ctx)) && ctx.Err() == nil {
			h.send()
		}
	})
}

// previousDetails returns all details of the previous attempt, or why the data
// converter does not return them.
func previousDetails(ctx context.Context) (details []any, err error) {
	if !activity.HasHeartbeatDetails(ctx) {
		return nil, nil
	}
	for room := 8; ; room *= 2 {
		raw, into := make([]converter.RawValue, room), make([]any, room)
		for i := range raw {
			into[i] = &raw[i]
		}
		if err := activity.GetHeartbeatDetails(ctx, into...); err != nil {
			return nil, err
		}
		details = nil
		for _, v := range raw {
			if v.Payload() != nil {
				details = append(details, v)
			}
		}
		if len(details) < room {
			return details, nil
		}
	}
}

type heartbeater struct {
	ctx      context.Context
	progress func() any
	last     []any // recorded last, as far as known without the interceptor
	lastErr  error // why last cannot be sent again
	due      bool  // a heartbeat was due
	logged   map[string]bool
}

func (h *heartbeater) run(interval time.Duration, quit <-chan struct{}) {
	ticker := time.NewTicker(max(interval, time.Millisecond))
	defer ticker.Stop()
	stopping := activity.GetWorkerStopChannel(h.ctx)
	for {
		select {
		case <-quit:
			return
		case <-h.ctx.Done():
			return
		case <-stopping:
			stopping = nil
		case <-ticker.C:
		}
		h.send()
	}
}

// send sends one heartbeat.
func (h *heartbeater) send() {
	h.due = true
	if v := h.next(); v != nil && h.record(h.ctx, v) {
		h.last, h.lastErr = copyOf([]any{v})
		return
	}
	recorded, err := recorderOf(h.ctx).state()
	if !recorded {
		err = h.lastErr
	}
	if err != nil {
		h.log("The progress of the activity cannot be sent again, so no heartbeat is sent; return progress that can be "+
			"encoded", "Error", err)
		return
	}
	h.record(context.WithValue(h.ctx, repeatKey{}, true), h.last...)
}

// next calls the progress function. Its panic must not end the worker process.
func (h *heartbeater) next() (v any) {
	if h.progress == nil {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			h.log("The progress function of the activity panicked, and the last progress is sent again; correct the function", "Panic", p)
			v = nil
		}
	}()
	return h.progress()
}

// record records details. The SDK panics when it cannot encode them, which must not
// end the worker process either.
func (h *heartbeater) record(ctx context.Context, details ...any) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			h.log("The progress of the activity cannot be encoded and was not sent; return a value that the data converter can "+
				"write, and check its codec", "Panic", p)
			ok = false
		}
	}()
	activity.RecordHeartbeat(ctx, details...)
	return true
}

// log logs each message once.
func (h *heartbeater) log(message, key string, value any) {
	if !h.logged[message] {
		h.logged[message] = true
		activity.GetLogger(h.ctx).Error(message, key, value)
	}
}
