package idempotency

import (
	"context"
	"errors"

	commonpb "go.temporal.io/api/common/v1"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// conclude records the outcome of the work. It does so also when the context has ended,
// so that the next attempt need not do the work again.
func (x *execution) conclude(ctx, working context.Context, value any, err error) (answer, error) {
	if err == nil {
		return x.complete(ctx, value)
	}
	v := classifyEffect(ctx, err, &x.judgement, x.outer != nil)
	switch v.effect {
	case pendingEffect:
		return answer{}, x.write(ctx, driver.Completion{State: driver.StatePending}, v.err)
	case finalEffect:
		return answer{}, x.write(ctx, driver.Completion{State: driver.StateFailed, Result: x.encodedFailure(ctx, v.err)}, v.err)
	case noEffect:
		if x.record.TakenOver { // the attempt before may have had one
			x.end(ctx)
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

// complete records a result.
func (x *execution) complete(ctx context.Context, value any) (answer, error) {
	payload, encoded, err := x.encode(ctx, value)
	if err != nil { // the effect has happened and must not be repeated
		return answer{}, x.write(ctx, driver.Completion{State: driver.StateCompleted},
			nonRetryable(ReasonNoResult, "the work of key %s is done, and its result cannot be stored: %v; "+
				"return a smaller one that can be encoded, or a reference to it", x.ref.Key, err))
	}
	if err := x.write(ctx, driver.Completion{State: driver.StateCompleted, Result: encoded}, nil); err != nil {
		return answer{}, err
	}
	if x.options.PassThrough && !x.progress.keyed() {
		x.guard.warner.ofNoKey(ctx)
	}
	x.guard.answered.add(ctx, x.attempt)
	return answer{value: value, kept: payload}, nil
}

// encode encodes a result of work that is done. A codec may ask a key service, so a codec
// that fails is asked again.
func (x *execution) encode(ctx context.Context, value any) (payload *commonpb.Payload, encoded []byte, err error) {
	payload, encoded, err = x.guard.results.encode(ctx, value)
	if err != nil && !isPermanent(err) {
		err = detached(ctx, func(ctx context.Context) (err error) {
			payload, encoded, err = x.guard.results.encode(ctx, value)
			return err
		})
	}
	return payload, encoded, err
}

// encodedFailure encodes a final failure for the store. Work that has failed for good is
// not started again because its failure cannot be stored in full.
func (x *execution) encodedFailure(ctx context.Context, failure error) []byte {
	encoded, err := x.guard.results.encodeFailure(failure)
	if err != nil && !isPermanent(err) {
		err = detached(ctx, func(context.Context) (err error) {
			encoded, err = x.guard.results.encodeFailure(failure)
			return err
		})
	}
	if err != nil {
		x.emit(ctx, EventNotRecorded, "Error", err)
		return bareFailure(failure)
	}
	return encoded
}

// write writes the final state and returns then. When the store does not answer, the
// activity ends in the same way: Temporal keeps its result itself.
func (x *execution) write(ctx context.Context, c driver.Completion, then error) error {
	err := detached(ctx, func(ctx context.Context) error { return x.store.Finish(ctx, x.ref, c) })
	switch {
	case errors.Is(err, driver.ErrLeaseLost):
		x.fail(ctx, ReasonLeaseLost)
		return x.lost()
	case err != nil:
		x.emit(ctx, EventNotRecorded, "Error", err)
	}
	return then
}

// save writes the progress, whose mutex is held.
func (x *execution) save(ctx context.Context) error {
	payload, err := wire.Payload(x.progress.stored)
	if err != nil {
		return err
	}
	if err := checkSize("progress", payload.GetData()); err != nil {
		return err
	}
	err = x.lease.save(ctx, payload.GetData())
	switch {
	case errors.Is(err, driver.ErrLeaseLost):
		return x.lost()
	case err != nil:
		return x.storeDown(ctx, err, "so the progress of key %s was not stored")
	}
	return nil
}

// leaveOpen ends work whose effect is open, and returns then.
func (x *execution) leaveOpen(ctx context.Context, then error) error {
	if x.options.needsReview() {
		// If the store does not answer, the lease ends, which has the same result.
		return x.write(ctx, driver.Completion{State: driver.StateIndeterminate}, then)
	}
	x.end(ctx)
	return then
}
