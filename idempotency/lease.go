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

// A lease gives the work to one attempt for a limited time, and is renewed while the work
// goes on.
type lease struct {
	records driver.Store
	ref     driver.Ref
	length  time.Duration
	claimed time.Time // when the lease began at the latest, by this process's clock

	onLost context.CancelCauseFunc // ends the work
	first  *time.Timer             // until the first renewal
	ended  chan struct{}           // closed when the renewing has ended

	mu      sync.Mutex
	stopped bool
	cancel  context.CancelFunc // ends the renewing; nil before the first
	held    time.Time          // until when the lease holds at least, by this process's clock
	over    *time.Timer        // until then; nil before the first renewal
}

// start renews the lease until stop is called. The context that it returns ends, with a
// cause of [ReasonLeaseLost], when another attempt has the work, and when no renewal has
// succeeded for nearly the length of the lease.
//
// Work that goes on after its time keeps the lease for as long again: Temporal starts the
// next attempt by then, which has to wait for the outcome.
func (l *lease) start(ctx context.Context) context.Context {
	working, lose := context.WithCancelCause(ctx)
	l.onLost, l.ended, l.held = lose, make(chan struct{}), l.heldUntil(l.claimed)
	l.first = time.AfterFunc(time.Until(l.claimed.Add(l.length/3)), func() {
		defer close(l.ended)
		latest := time.Duration(math.MaxInt64)
		if end, ok := ctx.Deadline(); ok {
			latest = min(time.Until(end), math.MaxInt64/2) + min(end.Sub(l.claimed), math.MaxInt64/2) // a sum beyond the longest duration has no end
		}
		renewing, cancel := context.WithTimeout(context.WithoutCancel(ctx), latest)
		defer cancel()
		l.mu.Lock()
		stopped := l.stopped
		l.cancel = cancel
		l.mu.Unlock()
		if !stopped {
			l.renew(renewing)
		}
	})
	return working
}

// renew renews the lease every third of its length, and sooner after a failure.
func (l *lease) renew(ctx context.Context) {
	l.mu.Lock()
	l.over = time.AfterFunc(time.Until(l.held), func() {
		l.onLost(retryable(ReasonLeaseLost, 0, "the lease of key %s could not be renewed for %s, and other attempts may take the work over; "+
			"check the store and its connections", l.ref.Key, l.length.Round(time.Millisecond)))
	})
	l.mu.Unlock()
	defer l.over.Stop()
	for {
		sent := now()
		err := l.renewOnce(ctx)
		pause := l.length / 3
		switch {
		case errors.Is(err, driver.ErrLeaseLost):
			l.onLost(l.lost())
			return
		case err != nil:
			pause = l.length / 12
		default:
			l.extend(sent)
		}
		if !sleep(ctx, time.Until(sent.Add(pause))) {
			return
		}
	}
}

// renewOnce renews the lease. It runs in a goroutine of its own, where a panic of the store
// would end the process, so renewOnce returns it as an error.
func (l *lease) renewOnce(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("idempotency: the store's Renew panicked with a %T; correct it", p)
		}
	}()
	once, done := context.WithTimeout(ctx, min(callLimit, l.length/3))
	defer done()
	return l.records.Renew(once, l.ref, driver.Renewal{Lease: l.length})
}

// save stores the progress of the work, and renews the lease with it.
func (l *lease) save(ctx context.Context, progress []byte) error {
	return detached(ctx, func(ctx context.Context) error {
		sent := now()
		err := l.records.Renew(ctx, l.ref, driver.Renewal{Lease: l.length, Progress: progress})
		if err == nil {
			l.extend(sent)
		}
		return err
	})
}

// extend records that a call that was sent at that time has given the lease its full
// length.
func (l *lease) extend(sent time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held = l.heldUntil(sent); l.over != nil {
		l.over.Reset(time.Until(l.held))
	}
}

// heldUntil returns the time at which work must end whose last renewal was sent at that
// time: a little before the lease ends, since ending takes a moment.
func (l *lease) heldUntil(sent time.Time) time.Time { return sent.Add(l.length - l.length/10) }

// lost returns the error of an attempt whose work another attempt has.
func (l *lease) lost() error {
	return retryable(ReasonLeaseLost, 0, "another attempt has taken over the work of key %s; the result of this one is discarded", l.ref.Key)
}

// end ends the lease, so that the next attempt need not wait for its end. If the store does
// not answer, the lease ends by itself.
func (l *lease) end(ctx context.Context) {
	l.stop() // a later renewal would undo it
	_ = detached(ctx, func(ctx context.Context) error { return l.records.Renew(ctx, l.ref, driver.Renewal{}) })
}

// release releases the record. If the store does not answer, the work counts as
// abandoned.
func (l *lease) release(ctx context.Context) {
	l.stop()
	_ = detached(ctx, func(ctx context.Context) error { return l.records.Release(ctx, l.ref) })
}

// stop stops renewing the lease, and waits until no renewal is in flight. It may be called
// several times.
func (l *lease) stop() {
	if l.first == nil {
		return
	}
	l.mu.Lock()
	again, cancel := l.stopped, l.cancel
	l.stopped = true
	l.mu.Unlock()
	if again {
		return
	}
	if cancel != nil {
		cancel()
	}
	if !l.first.Stop() {
		<-l.ended
	}
	l.onLost(nil)
}
