package idempotency

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// conclude records what came of the work. The context may be over: the record is
// written all the same, so that the next attempt need not do the work again.
func (x *execution) conclude(ctx, working context.Context, value any, err error) (answer, error) {
	switch {
	case err == nil:
		return x.done(ctx, value)
	case errors.Is(err, activity.ErrResultPending):
		return answer{}, x.write(ctx, driver.Completion{State: driver.StatePending}, err)
	}
	effect, err := x.classifyEffect(ctx, err)
	switch effect {
	case noneEffect:
		if x.record.TakenOver { // the attempt before may have had one
			x.endLease(ctx)
		} else {
			x.release(ctx)
		}
		return answer{}, err
	case finalEffect:
		return answer{}, x.write(ctx, driver.Completion{State: driver.StateFailed, Result: x.failed(ctx, err)}, err)
	}
	if ended := context.Cause(working); ctx.Err() == nil && ReasonOf(ended) == ReasonLeaseLost {
		err = ended
	}
	return answer{}, x.leaveOpen(ctx, err)
}

// done records a result. A codec may ask a key service, so it is asked again when
// it fails.
func (x *execution) done(ctx context.Context, value any) (answer, error) {
	payload, kept, err := x.guard.encode(ctx, value)
	if err != nil && !isPermanent(err) {
		err = x.detached(ctx, func(ctx context.Context) (err error) {
			payload, kept, err = x.guard.encode(ctx, value)
			return err
		})
	}
	if err != nil { // the effect is there: it must not be repeated
		text := fmt.Sprintf("the work of key %s is done, and its result cannot be kept: %v; return a smaller one that can be encoded, or a reference to it", x.ref.Key, err)
		return answer{}, x.write(ctx, driver.Completion{State: driver.StateCompleted}, nonRetryable(ReasonNoResult, text))
	}
	if err := x.write(ctx, driver.Completion{State: driver.StateCompleted, Result: kept}, nil); err != nil {
		return answer{}, err
	}
	x.guard.warnOfNoKey(ctx, x)
	x.once(ctx)
	return answer{value: value, kept: payload}, nil
}

// failed is a final failure on its way to the store. Work that has failed for good is
// not begun again because its failure cannot be kept whole.
func (x *execution) failed(ctx context.Context, err error) []byte {
	kept, encodeErr := x.guard.encodeFailure(err)
	if encodeErr != nil && !isPermanent(encodeErr) {
		encodeErr = x.detached(ctx, func(context.Context) (again error) {
			kept, again = x.guard.encodeFailure(err)
			return again
		})
	}
	if encodeErr != nil {
		x.emit(ctx, EventNotRecorded, "Error", encodeErr)
		return bareFailure(err)
	}
	return kept
}

// write writes the final state and returns then. When the store does not answer,
// the activity ends in the same way: Temporal keeps its result itself.
func (x *execution) write(ctx context.Context, f driver.Completion, then error) error {
	err := x.detached(ctx, func(ctx context.Context) error { return x.store.Finish(ctx, x.ref, f) })
	switch {
	case errors.Is(err, driver.ErrLeaseLost):
		x.emit(ctx, Lost)
		return x.takenOver()
	case err != nil:
		x.emit(ctx, EventNotRecorded, "Error", err)
	}
	return then
}

// takenOver is the error of an attempt whose lease another one has.
func (x *execution) takenOver() error {
	return retryable(ReasonLeaseLost, fmt.Sprintf("another attempt has taken over the work of key %s; what this one has found is discarded", x.ref.Key), 0, driver.ErrLeaseLost)
}

// unknown ends work whose effect is open, and returns then.
func (x *execution) leaveOpen(ctx context.Context, then error) error {
	if x.call.OnAbandoned == OnAbandonedNeedsReview && x.call.Reconcile == nil {
		return x.write(ctx, driver.Completion{State: driver.StateIndeterminate}, then) // if the store does not answer, the lease ends, which comes to the same
	}
	x.endLease(ctx)
	return then
}

// giveUp ends the lease, so that the next attempt need not wait for that. A renewal
// that arrived later would undo it.
func (x *execution) endLease(ctx context.Context) {
	x.stop()
	_ = x.detached(ctx, func(ctx context.Context) error { return x.store.Renew(ctx, x.ref, driver.Renewal{}) }) // else it ends by itself
}

func (x *execution) release(ctx context.Context) {
	x.stop()
	_ = x.detached(ctx, func(ctx context.Context) error { return x.store.Release(ctx, x.ref) }) // else the work counts as abandoned
}

const (
	// finishAtLeast and finishAtMost bound how long a record is tried to be
	// written, when the activity's own time is shorter or longer.
	finishAtLeast = 2 * time.Second
	finishAtMost  = 10 * time.Second
	finishTries   = 100
)

// finally calls f although ctx may be over, and again while the activity has time:
// it ends soon enough for Temporal to hear of the result.
func (x *execution) detached(ctx context.Context, f func(context.Context) error) error {
	within := finishAtMost
	if end, ok := ctx.Deadline(); ok {
		within = min(max(time.Until(end)-time.Second, finishAtLeast), finishAtMost)
	}
	if activity.IsActivity(ctx) {
		if d := activity.GetInfo(ctx).HeartbeatTimeout; d > 0 { // the work sends no more heartbeats
			within = min(within, d/2)
		}
	}
	return retry(context.WithoutCancel(ctx), finishTries, within, f)
}
