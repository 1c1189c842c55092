package idempotency

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
)

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

const (
	// pollEvery is how often the record is looked at meanwhile: the other attempt
	// may be done long before its lease is over.
	pollEvery = 200 * time.Millisecond
	// pendingRetry is when to look again at work that is completed elsewhere.
	pendingRetry = time.Minute
)

// wait waits until the work is settled or abandoned, and returns what is left of
// the patience. Without any, or when the worker stops, it says when to come back.
func (x *execution) wait(ctx context.Context, remaining, patience time.Duration) (time.Duration, error) {
	beat := heartbeat(ctx)
	for {
		pause := min(max(remaining, pollEvery/10), pollEvery, patience)
		if pause <= 0 || stopping(ctx) {
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

// stopping reports whether the worker has begun to stop, and should not be held up.
func stopping(ctx context.Context) bool {
	if !activity.IsActivity(ctx) {
		return false
	}
	select {
	case <-activity.GetWorkerStopChannel(ctx):
		return true
	default:
		return false
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
