package idempotency

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// patienceOf returns how long to wait for another attempt: seconds, and short enough to
// leave time for the error.
func patienceOf(ctx context.Context) time.Duration {
	end, ok := ctx.Deadline()
	if !ok {
		return mostPatience
	}
	left := time.Until(end)
	return min(left-min(left/4, 2*time.Second), mostPatience)
}

const (
	mostPatience = 10 * time.Second
	// firstPoll is the first pause before the record is read again, since the other attempt
	// may finish long before its lease ends. The pauses grow to mostPoll.
	firstPoll = 50 * time.Millisecond
	mostPoll  = time.Second
	// comeBack bounds the delay of the retry after the patience has ended.
	comeBack = 2 * time.Second
	// pendingRetry is the delay before looking again at work that is completed elsewhere.
	pendingRetry = time.Minute
)

// wait waits until the outcome is known or the work is abandoned, and returns the patience
// that is left. Without patience, or when the worker stops, its error has the delay of the
// retry.
func (x *execution) wait(ctx context.Context, remaining, patience time.Duration) (time.Duration, error) {
	beat := heartbeat(ctx)
	for poll := firstPoll; ; poll = min(2*poll, mostPoll) {
		pause := min(max(remaining, firstPoll/2), poll, patience)
		if pause <= 0 || stopping(ctx) {
			return 0, x.inProgress(ctx, remaining)
		}
		beat()
		if !sleep(ctx, pause) {
			return 0, ctx.Err()
		}
		patience -= pause
		once, cancel := context.WithTimeout(ctx, callLimit)
		r, err := x.store.Get(once, x.ref.Key)
		cancel()
		if err != nil || r.State != driver.StateInProgress || r.Remaining <= 0 {
			return patience, nil // the claim will report it
		}
		remaining = r.Remaining
	}
}

// inProgress returns the error for work that another attempt has.
func (x *execution) inProgress(ctx context.Context, remaining time.Duration) error {
	x.fail(ctx, ReasonInProgress, "Remaining", remaining)
	after := min(max(remaining, 4*firstPoll), comeBack)
	after += time.Duration(rand.Int64N(int64(after)/5 + 1)) //nolint:forbidigo // in an activity, so that attempts do not come together
	return retryable(ReasonInProgress, fmt.Sprintf("another attempt is doing the work of key %s; this one looks again in %s", x.ref.Key,
		after.Round(time.Millisecond)), after, nil)
}

// stopping reports whether the worker is stopping and must not be delayed.
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

// mostDetails bounds the number of heartbeat details that an activity is expected to have.
const mostDetails = 256

// heartbeat returns a function that keeps an activity alive while it waits. It sends all
// details that the activity has, since a heartbeat replaces all of them.
func heartbeat(ctx context.Context) func() {
	if !activity.IsActivity(ctx) || activity.GetInfo(ctx).HeartbeatTimeout <= 0 {
		return func() {}
	}
	var kept []any
	if activity.HasHeartbeatDetails(ctx) {
		raw, into := [mostDetails]converter.RawValue{}, [mostDetails]any{}
		for i := range raw {
			into[i] = &raw[i]
		}
		if activity.GetHeartbeatDetails(ctx, into[:]...) != nil {
			return func() {} // a codec fails, and a heartbeat would erase them
		}
		for _, value := range raw {
			if value.Payload() != nil {
				kept = append(kept, value)
			}
		}
	}
	return func() { activity.RecordHeartbeat(ctx, kept...) }
}
