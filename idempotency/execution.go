package idempotency

import (
	"context"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// An execution holds the state of one attempt at work that has a key.
type execution struct {
	guardedWork
	lease // of the record

	info        driver.Info
	args        []any      // of the activity
	fingerprint []byte     // nil when requests are not compared
	outer       *execution // the guarded work around this one, or nil
	attempt     attempt
	inTx        bool // the record is part of a transaction

	record    driver.Record    // as it was last seen
	judgement failure.Recorder // of the work's error, by package retry
	progress  progress
	lastEvent string // its outcome, for the span
}

// An answer holds the result of a call: a new value, or a payload that was kept. The payload
// is nil when there is no result.
type answer struct {
	value   any
	kept    *commonpb.Payload
	pending bool // it is completed elsewhere
}

// run does the work, or returns its earlier outcome.
func (x *execution) run(ctx context.Context, do func(context.Context) (any, error)) (a answer, err error) {
	defer recordSpan(ctx, x, now(), &err)
	x.guard.warner.ofGap(ctx, x.options)
	if a, over, err := x.previous(ctx); over {
		return a, err
	}
	won, err := x.claim(ctx)
	if err != nil {
		return answer{}, err
	}
	if !won {
		return x.replay(ctx)
	}
	if err = x.mismatch(ctx); err == nil { // of a record that was created a moment ago
		err = x.progress.resume(x.ref.Key, x.record.Progress)
	}
	if err != nil {
		x.end(ctx)
		return answer{}, err
	}
	return x.begin(ctx, do)
}

// previous returns the outcome of another attempt, if there can be one. It costs one read. A
// request that does not match its key is refused here, before it could take the work from
// a slow attempt.
func (x *execution) previous(ctx context.Context) (a answer, over bool, err error) {
	if x.info.Attempt <= 1 && x.fingerprint == nil {
		return answer{}, false, nil
	}
	once, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	r, err := x.store.Get(once, x.ref.Key)
	if err != nil {
		return answer{}, false, nil //nolint:nilerr // the claim will report it
	}
	x.record = r
	if isSettled(r.State) {
		a, err = x.replay(ctx)
		return a, true, err
	}
	err = x.mismatch(ctx)
	return answer{}, err != nil, err
}

// begin does the work while the lease is renewed, and records its outcome.
func (x *execution) begin(ctx context.Context, do func(context.Context) (any, error)) (answer, error) {
	working := x.start(context.WithValue(ctx, executionKey{}, x))
	ended := false
	defer func() {
		if !ended { // it has panicked
			_ = x.leaveOpen(ctx, nil)
		}
		x.stop()
	}()
	if x.record.TakenOver {
		x.emit(ctx, EventTakenOver)
		if a, over, err := x.resolveTakeover(ctx, working); over {
			ended = true
			return a, err
		}
	} else {
		x.emit(ctx, EventStarted)
	}
	// The judgement has a context of its own: nested work has another one.
	value, err := do(failure.WithRecorder(working, &x.judgement))
	ended = true
	return x.conclude(ctx, working, value, err)
}

func isSettled(s driver.State) bool {
	return s == driver.StateCompleted || s == driver.StateFailed || s == driver.StatePending || s == driver.StateIndeterminate
}

// replay returns the outcome of a record.
func (x *execution) replay(ctx context.Context) (answer, error) {
	if err := x.mismatch(ctx); err != nil {
		return answer{}, err
	}
	x.ref.Fence = x.record.Fence
	switch x.record.State {
	case driver.StateIndeterminate:
		return answer{}, x.reviewError(ctx)
	case driver.StatePending:
		return answer{}, x.pending(ctx)
	case driver.StateFailed:
		x.emit(ctx, EventReplayed)
		return answer{}, x.guard.results.failure(x.record.Result)
	}
	x.emit(ctx, EventReplayed)
	kept, err := keptResult(x.record.Result)
	return answer{kept: kept}, err
}

// pending answers for work that is completed elsewhere. The completion names the activity
// that has started it, so another activity would wait in vain.
func (x *execution) pending(ctx context.Context) error {
	if began := x.record.Info; began.WorkflowID != x.info.WorkflowID || began.RunID != x.info.RunID || began.ActivityID != x.info.ActivityID {
		x.fail(ctx, ReasonInProgress)
		return retryable(ReasonInProgress, pendingRetry, "the work of key %s is completed elsewhere, for activity %q of workflow %q; "+
			"this one is retried until Guard.Resolve resolves it", x.ref.Key, began.ActivityID, began.WorkflowID)
	}
	x.emit(ctx, EventReplayed)
	return activity.ErrResultPending
}

func (x *execution) reviewError(ctx context.Context) error {
	x.fail(ctx, ReasonNeedsReview)
	return nonRetryable(ReasonNeedsReview, "it is not known whether the work of key %s had its effect; find out, "+
		"then call Guard.Resolve, and run the activity again", x.ref.Key)
}

// mismatch refuses a request whose record is of another request.
func (x *execution) mismatch(ctx context.Context) error {
	err := compare(x.fingerprint, &x.record, x.ref)
	if err != nil {
		x.fail(ctx, ReasonMismatch)
	}
	return err
}

// emit reports what happened to the call.
func (x *execution) emit(ctx context.Context, kind EventKind, keysAndValues ...any) {
	x.report(ctx, Event{Kind: kind}, keysAndValues...)
}

// fail reports that the call ends with an error of that reason.
func (x *execution) fail(ctx context.Context, reason Reason, keysAndValues ...any) {
	x.report(ctx, Event{Kind: EventFailed, Reason: reason}, keysAndValues...)
}

func (x *execution) report(ctx context.Context, e Event, keysAndValues ...any) {
	e.Key, e.Fence, e.Age, e.Info = x.ref.Key, x.ref.Fence, x.record.Age, x.info
	x.lastEvent = e.outcome()
	x.guard.observe.emit(ctx, e, keysAndValues...)
}
