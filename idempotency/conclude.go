package idempotency

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// An effect is what an error says of the effect of the work. It is not the same
// question as whether to try again: a service's HTTP 400 is final for Temporal,
// and leaves open what an earlier attempt has done.
type effect uint8

const (
	openEffect  effect = iota // it may be there
	noneEffect                // it is not
	finalEffect               // the work has failed for good, and its failure is the answer
)

// parked is the type of an attempt that package retry has not begun.
const parked = "retry.Parked"

// judge says what an error means for the record, and what Temporal is told. What
// an error says of itself counts, and not what a classifier thinks of it: if an
// interceptor further in has rewritten it, the error that the activity returned
// is asked.
func (x *execution) judge(ctx context.Context, err error) (effect, error) {
	var app *temporal.ApplicationError
	l, ok := failure.Lift(ctx, err, listed(ctx), unclassified)
	original := x.judgement.Original(err)
	own, _ := failure.Lift(ctx, original, listed(ctx), unclassified)
	switch {
	case failure.HadNoEffect(original), errors.As(err, &app) && app.Type() == parked:
		return noneEffect, failure.WithoutNoEffect(err)
	case !ok: // it is canceled
		return openEffect, err
	case ReasonOf(err) != "": // of this package: it is final or not by its own word, however it was wrapped
		return openEffect, l.Failure(l.Delay)
	case own.Class == failure.NonRetryable:
		return finalEffect, l.Failure(0)
	}
	return openEffect, err
}

func unclassified(context.Context, error) failure.Verdict { return failure.Verdict{} }

func listed(ctx context.Context) []string {
	if !activity.IsActivity(ctx) {
		return nil
	}
	if p := activity.GetInfo(ctx).RetryPolicy; p != nil {
		return p.NonRetryableErrorTypes
	}
	return nil
}

// conclude records what came of the work. The context may be over: the record is
// written all the same, so that the next attempt need not do the work again.
func (x *execution) conclude(ctx context.Context, value any, err error) (answer, error) {
	switch {
	case err == nil:
		return x.done(ctx, value)
	case errors.Is(err, activity.ErrResultPending):
		return answer{}, x.write(ctx, Final{State: Pending}, err)
	}
	effect, err := x.judge(ctx, err)
	switch effect {
	case noneEffect:
		if x.record.TakenOver || len(x.progress.Steps) > 0 { // an attempt or a part before may have had one
			x.giveUp(ctx)
		} else {
			x.release(ctx)
		}
		return answer{}, err
	case finalEffect:
		encoded, encodeErr := x.guard.encodeFailure(err)
		if encodeErr != nil { // whoever asks again does it again, or asks a person
			x.unknown(ctx)
			return answer{}, err
		}
		return answer{}, x.write(ctx, Final{State: Failed, Result: encoded}, err)
	default:
		x.unknown(ctx)
		return answer{}, err
	}
}

// done records a result. A codec may ask a key service, so it is asked again when
// it fails.
func (x *execution) done(ctx context.Context, value any) (answer, error) {
	payload, kept, err := x.guard.encode(ctx, value)
	if err != nil && !hopeless(err) {
		err = x.finally(ctx, func(ctx context.Context) (err error) {
			payload, kept, err = x.guard.encode(ctx, value)
			return err
		})
	}
	if err != nil { // the effect is there: it must not be repeated
		text := fmt.Sprintf("the work of key %s is done, and its result cannot be kept: %v; return a smaller one that can be encoded, or a reference to it", x.ref.Key, err)
		return answer{}, x.write(ctx, Final{State: Done}, refuse(NoResult, text))
	}
	if err := x.write(ctx, Final{State: Done, Result: kept}, nil); err != nil {
		return answer{}, err
	}
	return answer{value: value, kept: payload}, nil
}

// write writes the final state and returns then. When the store does not answer,
// Temporal is told all the same: it records the result itself.
func (x *execution) write(ctx context.Context, f Final, then error) error {
	err := x.finally(ctx, func(ctx context.Context) error { return x.store.Finish(ctx, x.ref, f) })
	switch {
	case errors.Is(err, ErrLeaseLost):
		return x.lost(ctx, err)
	case err != nil:
		x.say(ctx, Unrecorded, "Error", err)
	}
	return then
}

func (x *execution) lost(ctx context.Context, err error) error {
	x.say(ctx, Lost)
	return later(LeaseLost, fmt.Sprintf("another attempt has taken over the work of key %s; what this one has found is discarded", x.ref.Key), 0, err)
}

// unknown ends work of which nobody knows what it has done.
func (x *execution) unknown(ctx context.Context) {
	if x.call.OnAbandoned == Hold && x.call.Reconcile == nil {
		_ = x.write(ctx, Final{State: Unknown}, nil) // said by write; without it the lease ends, which comes to the same
		return
	}
	x.giveUp(ctx)
}

// giveUp ends the lease, so that the next attempt need not wait for that. A renewal
// that arrived later would undo it.
func (x *execution) giveUp(ctx context.Context) {
	x.stop()
	_ = x.finally(ctx, func(ctx context.Context) error { return x.store.Renew(ctx, x.ref, Renewal{}) }) // else it ends by itself
}

func (x *execution) release(ctx context.Context) {
	x.stop()
	_ = x.finally(ctx, func(ctx context.Context) error { return x.store.Release(ctx, x.ref) }) // else the work counts as abandoned
}

const (
	// finishAtLeast and finishAtMost bound how long a record is tried to be
	// written, when the activity's own time is shorter or longer.
	finishAtLeast = 2 * time.Second
	finishAtMost  = 30 * time.Second
	finishTries   = 100
)

// finally calls f although ctx may be over, and again while the activity has time:
// it ends soon enough for Temporal to hear of the result.
func (x *execution) finally(ctx context.Context, f func(context.Context) error) error {
	within := finishAtMost
	if end, ok := ctx.Deadline(); ok {
		within = min(max(time.Until(end)-time.Second, finishAtLeast), finishAtMost)
	}
	if x.lease.end.IsZero() { // nobody heartbeats any more
		within = min(within, x.lease.length/2)
	}
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	return again(detached, finishTries, f)
}
