package idempotency

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// conclude records the outcome of the work. It does so also when the context has ended,
// so that the next attempt need not do the work again.
func (x *execution) conclude(ctx, working context.Context, value any, err error) (answer, error) {
	if err == nil {
		return x.complete(ctx, value)
	}
	v := x.classifyEffect(ctx, err)
	switch v.effect {
	case pendingEffect:
		return answer{}, x.write(ctx, driver.Completion{State: driver.StatePending}, v.err)
	case finalEffect:
		return answer{}, x.write(ctx, driver.Completion{State: driver.StateFailed, Result: x.encodedFailure(ctx, v.err)}, v.err)
	case noEffect:
		if x.record.TakenOver { // the attempt before may have had one
			x.endLease(ctx)
		} else {
			x.release(ctx)
		}
		return answer{}, v.err
	default:
		if ended := context.Cause(working); ctx.Err() == nil && hasReason(ended, ReasonLeaseLost) {
			v.err = ended
		}
		return answer{}, x.leaveOpen(ctx, v.err)
	}
}

// complete records a result. A codec may ask a key service, so a codec that fails is
// asked again.
func (x *execution) complete(ctx context.Context, value any) (answer, error) {
	payload, encoded, err := x.guard.encode(ctx, value)
	if err != nil && !isPermanent(err) {
		err = x.detached(ctx, func(ctx context.Context) (err error) {
			payload, encoded, err = x.guard.encode(ctx, value)
			return err
		})
	}
	if err != nil { // the effect has happened and must not be repeated
		text := fmt.Sprintf("the work of key %s is done, and its result cannot be stored: %v; "+
			"return a smaller one that can be encoded, or a reference to it", x.ref.Key, err)
		return answer{}, x.write(ctx, driver.Completion{State: driver.StateCompleted}, nonRetryable(ReasonNoResult, text))
	}
	if err := x.write(ctx, driver.Completion{State: driver.StateCompleted, Result: encoded}, nil); err != nil {
		return answer{}, err
	}
	x.guard.warnOfNoKey(ctx, x)
	x.once(ctx)
	return answer{value: value, kept: payload}, nil
}

// encodedFailure encodes a final failure for the store. Work that has failed for good is
// not started again because its failure cannot be stored in full.
func (x *execution) encodedFailure(ctx context.Context, err error) []byte {
	encoded, encodeErr := x.guard.encodeFailure(err)
	if encodeErr != nil && !isPermanent(encodeErr) {
		encodeErr = x.detached(ctx, func(context.Context) (retryErr error) {
			encoded, retryErr = x.guard.encodeFailure(err)
			return retryErr
		})
	}
	if encodeErr != nil {
		x.emit(ctx, EventNotRecorded, "Error", encodeErr)
		return bareFailure(err)
	}
	return encoded
}

// write writes the final state and returns then. When the store does not answer, the
// activity ends in the same way: Temporal keeps its result itself.
func (x *execution) write(ctx context.Context, c driver.Completion, then error) error {
	err := x.detached(ctx, func(ctx context.Context) error { return x.store.Finish(ctx, x.ref, c) })
	switch {
	case errors.Is(err, driver.ErrLeaseLost):
		x.fail(ctx, ReasonLeaseLost)
		return x.takenOver()
	case err != nil:
		x.emit(ctx, EventNotRecorded, "Error", err)
	}
	return then
}

// takenOver returns the error of an attempt whose work another attempt has.
func (x *execution) takenOver() error {
	text := fmt.Sprintf("another attempt has taken over the work of key %s; the result of this one is discarded", x.ref.Key)
	return retryable(ReasonLeaseLost, text, 0, nil)
}

// leaveOpen ends work whose effect is open, and returns then.
func (x *execution) leaveOpen(ctx context.Context, then error) error {
	if x.options.needsReview() {
		// If the store does not answer, the lease ends, which has the same result.
		return x.write(ctx, driver.Completion{State: driver.StateIndeterminate}, then)
	}
	x.endLease(ctx)
	return then
}

// endLease ends the lease, so that the next attempt need not wait for its end. If the
// store does not answer, the lease ends by itself.
func (x *execution) endLease(ctx context.Context) {
	x.stop() // a later renewal would undo it
	_ = x.detached(ctx, func(ctx context.Context) error { return x.store.Renew(ctx, x.ref, driver.Renewal{}) })
}

// release releases the record. If the store does not answer, the work counts as
// abandoned.
func (x *execution) release(ctx context.Context) {
	x.stop()
	_ = x.detached(ctx, func(ctx context.Context) error { return x.store.Release(ctx, x.ref) })
}

const (
	// finishAtLeast and finishAtMost bound the time for writing a record when the
	// activity's own time is shorter or longer.
	finishAtLeast = 2 * time.Second
	finishAtMost  = 10 * time.Second
	finishTries   = 100
)

// detached calls f although ctx may have ended, and again while the activity has time. It
// ends early enough for Temporal to get the result.
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
