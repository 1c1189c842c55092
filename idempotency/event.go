package idempotency

import (
	"context"
	"strings"
	"sync"
	"time"
	"unicode"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// An EventKind says what happened to a guarded call.
type EventKind string

// The kinds of events. Each is counted by the metric temporal_patterns_idempotency with the
// tag outcome: the kind, or, for EventFailed, the reason in the same spelling, such as
// "lease_lost".
const (
	// EventStarted: the work starts, for the first time or after its release.
	EventStarted EventKind = "started"
	// EventTakenOver: this attempt has taken over abandoned work.
	EventTakenOver EventKind = "taken_over"
	// EventReplayed: the work was done before, and the call returns its result or its
	// failure.
	EventReplayed EventKind = "replayed"
	// EventNotRecorded: the work is done, and its record could not be written. It is
	// done again if Temporal does not get the result either.
	EventNotRecorded EventKind = "not_recorded"
	// EventFailed: the call ends with an error of this package; Event.Reason is its
	// reason.
	EventFailed EventKind = "failed"
)

// An Event describes what happened to a guarded call.
type Event struct {
	Kind   EventKind
	Reason Reason // of EventFailed
	Key    driver.Key
	Fence  int64
	Age    time.Duration // since the work was started first; zero when it is new
	Info   driver.Info   // of this call
}

// outcome returns the tag of the metric.
func (e Event) outcome() string {
	if e.Kind != EventFailed {
		return string(e.Kind)
	}
	var text strings.Builder
	for i, r := range string(e.Reason) {
		if unicode.IsUpper(r) && i > 0 {
			text.WriteByte('_')
		}
		text.WriteRune(unicode.ToLower(r))
	}
	return text.String()
}

const metric = "temporal_patterns_idempotency"

// startedTags saves an allocation in each call that does its work. Handlers of metrics do not
// change it.
var startedTags = map[string]string{"outcome": string(EventStarted)}

// An observer receives events.
type observer func(context.Context, Event)

// emit passes an event to Observe, to the metric and, if a person may need it, to the
// log.
func (o observer) emit(ctx context.Context, e Event, keysAndValues ...any) {
	o(ctx, e)
	if !activity.IsActivity(ctx) {
		return
	}
	if e.Kind == EventStarted { // the SDK logs activities that run
		activity.GetMetricsHandler(ctx).WithTags(startedTags).Counter(metric).Inc(1)
		return
	}
	outcome := e.outcome()
	activity.GetMetricsHandler(ctx).WithTags(map[string]string{"outcome": outcome}).Counter(metric).Inc(1)
	fields := append([]any{"Outcome", outcome, "IdempotencyKey", e.Key.String(), "Fence", e.Fence}, keysAndValues...)
	switch {
	case e.Kind == EventReplayed:
		activity.GetLogger(ctx).Debug("Idempotency", fields...)
	case e.Kind == EventTakenOver, e.Reason == ReasonInProgress:
		activity.GetLogger(ctx).Info("Idempotency", fields...)
	default:
		activity.GetLogger(ctx).Warn("Idempotency", fields...)
	}
}

// A warner logs each warning once for each activity type.
type warner struct{ logged sync.Map }

// ofGap warns that a crash may repeat the effect, unless the options close that gap.
func (w *warner) ofGap(ctx context.Context, o *ActivityOptions) {
	if !o.closesGap() {
		w.warn(ctx, "gap", "A worker that is killed between the effect and its record repeats the effect; "+
			"set ActivityOptions.PassThrough, Reconcile or ReviewAbandoned, or use InTx")
	}
}

// ofNoKey warns that no request has its key.
func (w *warner) ofNoKey(ctx context.Context) {
	w.warn(ctx, "no key", "PassThrough is set, and no request had a key, so that the service cannot recognize a repetition; "+
		"use DownstreamKey, or Transport with the host of the service")
}

// warn logs a warning. The logger names the activity type.
func (w *warner) warn(ctx context.Context, of, text string) {
	if !activity.IsActivity(ctx) {
		return
	}
	if _, before := w.logged.LoadOrStore([2]string{of, activity.GetInfo(ctx).ActivityType.Name}, true); !before {
		activity.GetLogger(ctx).Warn(text)
	}
}
