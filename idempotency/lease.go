package idempotency

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
)

// A lease is how long a claim holds without a sign of life: as long as
// Temporal's own time-outs, since the next attempt comes when they have passed,
// and should not have to wait.
type lease struct {
	length time.Duration // of one that is renewed
	end    time.Time     // of one that lasts until the deadline; else zero
}

const (
	defaultLease = time.Minute
	leastLease   = time.Second
)

// leaseOf is that of an activity with a heartbeat time-out, which renews it, or
// of one without, which has it until its deadline.
func leaseOf(ctx context.Context) lease {
	if activity.IsActivity(ctx) {
		if d := activity.GetInfo(ctx).HeartbeatTimeout; d > 0 {
			return lease{length: max(d, leastLease)}
		}
	}
	if end, ok := ctx.Deadline(); ok {
		return lease{end: end}
	}
	return lease{length: defaultLease}
}

// fromNow is how long the lease holds when it is taken now.
func (l lease) fromNow() time.Duration {
	if l.end.IsZero() {
		return l.length
	}
	return max(time.Until(l.end), leastLease)
}

// A keeper keeps a lease while the work goes on.
type keeper struct {
	mu      sync.Mutex
	stopped bool
	timer   *time.Timer        // until the time is over
	cancel  context.CancelFunc // of the renewing; nil when there is none
	ended   chan struct{}      // when it has ended
	lose    context.CancelCauseFunc
}

// overtime is the most that each renewal gives work whose time is over.
const overtime = 10 * time.Second

// keep keeps the lease until stop is called. When another attempt has it, the
// context that is returned ends.
//
// Work that goes on although its time is over keeps it too, for as long again:
// Temporal begins the next attempt by then, and that must wait until it is known
// how this one ends. Work within its time costs a timer.
func (x *execution) keep(ctx context.Context) context.Context {
	k := &x.keeper
	if x.lease.end.IsZero() {
		ctx, k.lose = context.WithCancelCause(ctx)
		latest := time.Duration(math.MaxInt64)
		if end, ok := ctx.Deadline(); ok {
			latest = 2 * time.Until(end)
		}
		x.renew(ctx, x.lease.length, latest, false)
		return ctx
	}
	left := time.Until(x.lease.end)
	k.timer = time.AfterFunc(left-min(left/10, time.Second/2), func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if !k.stopped {
			x.renew(ctx, min(max(left, leastLease), overtime), left, true)
		}
	})
	return ctx
}

// renew begins to renew the lease, until the work ends or that time has passed.
func (x *execution) renew(ctx context.Context, length, latest time.Duration, atOnce bool) {
	k := &x.keeper
	renewing, cancel := context.WithTimeout(context.WithoutCancel(ctx), latest)
	k.cancel, k.ended = cancel, make(chan struct{})
	go func() {
		defer close(k.ended)
		for atOnce || sleep(renewing, length/3) {
			atOnce = false
			once, done := context.WithTimeout(renewing, length/3)
			err := x.store.Renew(once, x.ref, Renewal{Lease: length}) // progress is written by who has made it
			done()
			if errors.Is(err, ErrLeaseLost) {
				if k.lose != nil {
					k.lose(err)
				}
				return
			}
		}
	}()
}

// stop stops keeping the lease, and waits until nothing is on its way to the
// store. It may be called several times.
func (x *execution) stop() {
	k := &x.keeper
	k.mu.Lock()
	k.stopped = true
	k.mu.Unlock()
	if k.timer != nil {
		k.timer.Stop()
	}
	if k.cancel != nil {
		k.cancel()
		<-k.ended
	}
	if k.lose != nil {
		k.lose(nil)
	}
}
