package idempotency

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// A PriorAttempt describes abandoned work to [ActivityOptions].Reconcile.
type PriorAttempt struct {
	// Key returns the key that [DownstreamKey] has returned to the work, by label.
	Key func(label string) string
	// Args holds the activity's arguments, see [ReconcileFunc]. In [Do] there are none.
	Args []any
	// Age measures the time since the work was started first.
	Age time.Duration
}

// ReconcileFunc returns [ActivityOptions].Reconcile for a function that needs the
// activity's first argument.
func ReconcileFunc[In any](
	reconcile func(context.Context, PriorAttempt, In) (Reconciliation, error),
) func(context.Context, PriorAttempt) (Reconciliation, error) {
	return func(ctx context.Context, p PriorAttempt) (Reconciliation, error) {
		in, err := firstOf[In](p.Args)
		if err != nil {
			return Reconciliation{}, err
		}
		return reconcile(ctx, p, in)
	}
}

// A Reconciliation says what [ActivityOptions].Reconcile has found out: [Completed],
// [NotStarted] or [Indeterminate].
type Reconciliation struct {
	state  driver.State
	result any
}

// Completed returns the finding that the effect has happened, with the result that the
// activity would have returned: a value of its type, or nil if it returns nothing. A
// result of another type ends the attempt with [ReasonMisuse], and is not stored.
// [Guard.Interceptor] knows the type only after it has seen a result of the activity.
func Completed(result any) Reconciliation {
	return Reconciliation{state: driver.StateCompleted, result: result}
}

// NotStarted returns the finding that the effect has not happened. The work is done.
func NotStarted() Reconciliation { return Reconciliation{state: driver.StateReleased} }

// Indeterminate returns the finding that a person must find out. The activity ends with
// [ReasonNeedsReview].
func Indeterminate() Reconciliation { return Reconciliation{state: driver.StateIndeterminate} }

// resolveTakeover decides about abandoned work that this attempt has taken over. over is
// false when the work may be done.
func (x *execution) resolveTakeover(ctx, working context.Context) (a answer, over bool, err error) {
	o := x.options
	forgotten := o.DownstreamTTL > 0 && x.record.Age > o.DownstreamTTL // the service no longer knows the key
	switch {
	case o.Reconcile != nil && (forgotten || !o.PassThrough):
		return x.reconcile(ctx, working)
	case forgotten:
		return answer{}, true, x.markIndeterminate(ctx)
	default:
		return answer{}, false, nil
	}
}

// reconcile calls Reconcile with the context of the work, which ends when the lease is
// lost.
func (x *execution) reconcile(ctx, working context.Context) (a answer, over bool, err error) {
	found, err := x.options.Reconcile(working, PriorAttempt{Key: x.givenKey, Args: x.args, Age: x.record.Age})
	switch {
	case err != nil:
		x.end(ctx)
		return answer{}, true, failure.WithoutNoEffect(err)
	case found.state == driver.StateCompleted && !fits(x.resultType(), found.result): // it could never be replayed
		x.end(ctx)
		return answer{}, true, nonRetryable(ReasonMisuse, "Reconcile has called Completed with a %T, and the work of key %s returns %s; "+
			"give what it would have returned, the record is left as it was", found.result, x.ref.Key, typeName(x.resultType()))
	case found.state == driver.StateCompleted:
		a, err := x.complete(ctx, found.result)
		return a, true, err
	case found.state == driver.StateReleased:
		return answer{}, false, nil
	case found.state == driver.StateIndeterminate:
		return answer{}, true, x.markIndeterminate(ctx)
	default:
		x.end(ctx)
		return answer{}, true, errors.New("idempotency: Reconcile has found nothing; return Completed, NotStarted or Indeterminate")
	}
}

// givenKey returns a key that was given to the work, whether or not the service still knows it.
func (x *execution) givenKey(label string) string {
	x.progress.mu.Lock()
	defer x.progress.mu.Unlock()
	return x.progress.key(x.ref.Key, label)
}

// resultType returns the type that the work returns, or nil when it is not known. An
// interceptor knows it when it has seen a result of the activity before.
func (x *execution) resultType() reflect.Type {
	if x.returns != nil {
		return x.returns
	}
	return x.guard.types.of(x.info.ActivityType)
}

// markIndeterminate leaves the work to a person.
func (x *execution) markIndeterminate(ctx context.Context) error {
	if err := x.write(ctx, driver.Completion{State: driver.StateIndeterminate}, nil); err != nil {
		return err
	}
	return x.reviewError(ctx)
}
