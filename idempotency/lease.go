package idempotency

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

const (
	mostLease  = 10 * time.Second
	leastLease = time.Second
)

// leaseOf returns the length of a lease: seconds, so that other attempts can take over soon
// from a process that is gone, and no longer than the heartbeat timeout or half of the
// attempt's time.
func leaseOf(ctx context.Context) time.Duration {
	length := mostLease
	if end, ok := ctx.Deadline(); ok {
		length = min(length, time.Until(end)/2)
	}
	if activity.IsActivity(ctx) {
		if d := activity.GetInfo(ctx).HeartbeatTimeout; d > 0 {
			length = min(length, d)
		}
	}
	return max(length, leastLease)
}

// A leaseKeeper renews a lease while the work goes on.
type leaseKeeper struct {
	onLost context.CancelCauseFunc // ends the work
	first  *time.Timer             // until the first renewal
	ended  chan struct{}           // closed when the renewing has ended

	mu      sync.Mutex
	stopped bool
	cancel  context.CancelFunc // ends the renewing; nil before the first
	held    time.Time          // until when the lease holds at least, by this process's clock
	over    *time.Timer        // until then; nil before the first renewal
}

// startLease renews the lease until stop is called. The context that it returns ends, with a
// cause of [ReasonLeaseLost], when another attempt has the work, and when no renewal has
// succeeded for nearly the length of the lease.
//
// Work that goes on after its time keeps the lease for as long again: Temporal starts the
// next attempt by then, which has to wait for the outcome.
func (x *execution) startLease(ctx context.Context) context.Context {
	k := &x.keeper
	working, lose := context.WithCancelCause(ctx)
	k.onLost, k.ended, k.held = lose, make(chan struct{}), x.heldUntil(x.claimed)
	k.first = time.AfterFunc(time.Until(x.claimed.Add(x.lease/3)), func() {
		defer close(k.ended)
		latest := time.Duration(math.MaxInt64)
		if end, ok := ctx.Deadline(); ok {
			latest = min(time.Until(end), math.MaxInt64/2) + min(end.Sub(x.claimed), math.MaxInt64/2) // a sum beyond the longest duration has no end
		}
		renewing, cancel := context.WithTimeout(context.WithoutCancel(ctx), latest)
		defer cancel()
		k.mu.Lock()
		stopped := k.stopped
		k.cancel = cancel
		k.mu.Unlock()
		if !stopped {
			x.renew(renewing)
		}
	})
	return working
}

// renew renews the lease every third of its length, and sooner after a failure.
func (x *execution) renew(ctx context.Context) {
	k := &x.keeper
	k.mu.Lock()
	k.over = time.AfterFunc(time.Until(k.held), func() {
		k.onLost(retryable(ReasonLeaseLost, fmt.Sprintf("the lease of key %s could not be renewed for %s, "+
			"and other attempts may take the work over; "+
			"check the store and its connections", x.ref.Key, x.lease.Round(time.Millisecond)), 0, nil))
	})
	k.mu.Unlock()
	defer k.over.Stop()
	for {
		sent := now()
		err := x.renewOnce(ctx)
		pause := x.lease / 3
		switch {
		case errors.Is(err, driver.ErrLeaseLost):
			k.onLost(x.takenOver())
			return
		case err != nil:
			pause = x.lease / 12
		default:
			x.extend(sent)
		}
		if !sleep(ctx, time.Until(sent.Add(pause))) {
			return
		}
	}
}

// renewOnce renews the lease. It runs in a goroutine of its own, where a panic of the store
// would end the process, so renewOnce returns it as an error.
func (x *execution) renewOnce(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("idempotency: the store's Renew panicked with a %T; correct it", p)
		}
	}()
	once, done := context.WithTimeout(ctx, min(callLimit, x.lease/3))
	defer done()
	return x.store.Renew(once, x.ref, driver.Renewal{Lease: x.lease}) // save writes the progress
}

// extend records that a call that was sent at that time has given the lease its full
// length.
func (x *execution) extend(sent time.Time) {
	k := &x.keeper
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.held = x.heldUntil(sent); k.over != nil {
		k.over.Reset(time.Until(k.held))
	}
}

// heldUntil returns the time at which work must end whose last renewal was sent at that
// time: a little before the lease ends, since ending takes a moment.
func (x *execution) heldUntil(sent time.Time) time.Time { return sent.Add(x.lease - x.lease/10) }

// stop stops renewing the lease, and waits until no renewal is in flight. It may be called
// several times.
func (x *execution) stop() {
	k := &x.keeper
	if k.first == nil {
		return
	}
	k.mu.Lock()
	again, cancel := k.stopped, k.cancel
	k.stopped = true
	k.mu.Unlock()
	if again {
		return
	}
	if cancel != nil {
		cancel()
	}
	if !k.first.Stop() {
		<-k.ended
	}
	k.onLost(nil)
}
