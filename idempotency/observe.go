package idempotency

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// A Kind is what has become of a call.
type EventKind string

// The kinds. Each but Began is also the tag "outcome" of the metric
// temporal_patterns_idempotency, which counts calls in activities.
const (
	// EventStarted is work that was begun, for the first time or after it was freed.
	EventStarted EventKind = "began"
	// EventTakenOver is abandoned work that this attempt has.
	EventTakenOver EventKind = "took_over"
	// EventReplayed is work that was done before: its result or its failure was
	// returned.
	EventReplayed EventKind = "replayed"
	// Waited is an attempt that ended since another one is at the work.
	Waited EventKind = "in_progress"
	// Refused is work that is held, or whose input does not match.
	Refused EventKind = "refused"
	// Lost is an attempt whose work another one has taken over.
	Lost EventKind = "lease_lost"
	// EventNotRecorded is work that is done, and whose record could not be written: if
	// Temporal does not hear of the result either, it is done again.
	EventNotRecorded EventKind = "unrecorded"
	// Unavailable is an attempt for which the store did not answer.
	Unavailable EventKind = "store_down"
)

// An Event is one of these.
type Event struct {
	Kind  EventKind
	Key   driver.Key
	Fence int64
	Age   time.Duration // since the work was begun first; zero when it is new
	Info  driver.Info   // of this call
}

const metric = "temporal_patterns_idempotency"

// say tells Observe, the metrics and, of what somebody should know, the log.
func (x *execution) emit(ctx context.Context, kind EventKind, keysAndValues ...any) {
	x.guard.observe(ctx, Event{Kind: kind, Key: x.ref.Key, Fence: x.ref.Fence, Age: x.record.Age, Info: x.info})
	if !activity.IsActivity(ctx) {
		return
	}
	if kind == EventStarted {
		return // the SDK counts those that run
	}
	activity.GetMetricsHandler(ctx).WithTags(map[string]string{"outcome": string(kind)}).Counter(metric).Inc(1)
	fields := append([]any{"Outcome", string(kind), "IdempotencyKey", x.ref.Key.String(), "Fence", x.ref.Fence}, keysAndValues...)
	switch kind {
	case EventReplayed:
		activity.GetLogger(ctx).Debug("Idempotency", fields...)
	case EventTakenOver, Waited:
		activity.GetLogger(ctx).Info("Idempotency", fields...)
	default:
		activity.GetLogger(ctx).Warn("Idempotency", fields...)
	}
}

// warn says once for each activity type that a crash may repeat its effect.
func (g *Guard) warn(ctx context.Context, c *ActivityOptions) {
	if !c.closed() {
		g.warnOnce(ctx, "", "A worker that is killed between the effect and its record repeats the effect; set ActivityOptions.PassThrough, Reconcile or OnAbandoned, or use InTx")
	}
}

// warnOfNoKey says once for each activity type that its key does not go anywhere.
func (g *Guard) warnOfNoKey(ctx context.Context, x *execution) {
	x.mu.Lock()
	keyed := x.given != nil
	x.mu.Unlock()
	if x.call.PassThrough && !keyed {
		g.warnOnce(ctx, "no key", "PassThrough is set, and no request had a key, so that the service cannot tell a repetition; "+
			"use DownstreamKey, or Transport with the host of the service")
	}
}

// warnOnce warns once for each activity type. The logger names it.
func (g *Guard) warnOnce(ctx context.Context, of, text string) {
	if !activity.IsActivity(ctx) {
		return
	}
	if _, before := g.warned.LoadOrStore([2]string{of, activity.GetInfo(ctx).ActivityType.Name}, true); !before {
		activity.GetLogger(ctx).Warn(text)
	}
}
