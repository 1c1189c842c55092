package idempotency

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
)

// A lease is how long a claim holds without a sign of life.
type lease struct {
	length time.Duration
	renews bool
}

const (
	defaultLease = time.Minute
	leastLease   = time.Second
)

// leaseOf is the lease that Temporal's own time-outs ask for: the next attempt
// comes when they have passed, and should not have to wait. An activity with a
// heartbeat time-out renews it; one without holds it until its deadline.
func leaseOf(ctx context.Context) lease {
	if activity.IsActivity(ctx) {
		if d := activity.GetInfo(ctx).HeartbeatTimeout; d > 0 {
			return lease{max(d, leastLease), true}
		}
	}
	if end, ok := ctx.Deadline(); ok {
		return lease{max(time.Until(end), leastLease), false}
	}
	return lease{defaultLease, true}
}

// keep renews the lease until stop is called. When another attempt has it, the
// context that is returned ends.
func (x *execution) keep(ctx context.Context) (working context.Context, stop func()) {
	if !x.lease.renews {
		return ctx, func() {}
	}
	working, lose := context.WithCancelCause(ctx)
	renewing, cancel := context.WithCancel(working)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for sleep(renewing, x.lease.length/3) {
			once, done := context.WithTimeout(renewing, x.lease.length/3)
			err := x.store.Renew(once, x.ref, Renewal{Lease: x.lease.length}) // progress is written by who has made it
			done()
			if errors.Is(err, ErrLeaseLost) {
				lose(err)
				return
			}
		}
	}()
	return working, func() {
		cancel()
		<-ended
		lose(nil)
	}
}

// patienceOf is how long to wait for another attempt: until there is just time
// left to say so.
func patienceOf(ctx context.Context) time.Duration {
	end, ok := ctx.Deadline()
	if !ok {
		return defaultLease
	}
	left := time.Until(end)
	return left - min(left/4, 2*time.Second)
}

// pollEvery is how often the record is looked at meanwhile: the other attempt may
// be done long before its lease is over.
const pollEvery = 200 * time.Millisecond

// wait waits until the work is settled or abandoned, and returns what is left of
// the patience. Without any it says when to come back.
func (x *execution) wait(ctx context.Context, remaining, patience time.Duration) (time.Duration, error) {
	beat := heartbeat(ctx)
	for {
		pause := min(max(remaining, pollEvery/10), pollEvery, patience)
		if pause <= 0 {
			x.say(ctx, Waited, "Remaining", remaining)
			after := max(remaining, pollEvery)
			after += time.Duration(rand.Int64N(int64(after)/5 + 1)) //nolint:forbidigo // in an activity, so that attempts do not come together
			return 0, later(InProgress, fmt.Sprintf("another attempt is at the work of key %s, for %s at most; this one is retried then", x.ref.Key, remaining), after, nil)
		}
		beat()
		if !sleep(ctx, pause) {
			return 0, ctx.Err()
		}
		patience -= pause
		r, err := x.store.Get(ctx, x.ref.Key)
		if err != nil || r.State != Running || r.Remaining <= 0 {
			return patience, nil // a claim tells
		}
		remaining = r.Remaining
	}
}

// heartbeat keeps an activity that waits alive, with the details that it has.
func heartbeat(ctx context.Context) func() {
	if !activity.IsActivity(ctx) || activity.GetInfo(ctx).HeartbeatTimeout <= 0 {
		return func() {}
	}
	var details converter.RawValue
	if !activity.HasHeartbeatDetails(ctx) || activity.GetHeartbeatDetails(ctx, &details) != nil {
		return func() { activity.RecordHeartbeat(ctx) }
	}
	return func() { activity.RecordHeartbeat(ctx, details) }
}
