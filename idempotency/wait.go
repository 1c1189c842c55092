package idempotency

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
)

const (
	mostPatience = 10 * time.Second
	// firstPoll sets the first pause before the record is read again, since the other attempt
	// may finish long before its lease ends. The pauses grow to mostPoll.
	firstPoll = 50 * time.Millisecond
	mostPoll  = time.Second
	// comeBack bounds the delay of the retry after the patience has ended.
	comeBack = 2 * time.Second
	// pendingRetry sets the delay before looking again at work that is completed elsewhere.
	pendingRetry = time.Minute
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
