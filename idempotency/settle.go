package idempotency

import (
	"context"
	"errors"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// settle decides about abandoned work that this attempt has taken over. over is
// false when it may be done.
func (x *execution) resolveTakeover(ctx, working context.Context) (a answer, over bool, err error) {
	c := x.call
	forgotten := c.DownstreamTTL > 0 && x.record.Age > c.DownstreamTTL // the service knows the key no more
	switch {
	case c.Reconcile != nil && (forgotten || !c.PassThrough):
		return x.reconcile(ctx, working)
	case forgotten:
		return answer{}, true, x.markIndeterminate(ctx)
	default:
		return answer{}, false, nil
	}
}

// reconcile asks with the context of the work, which ends when the lease is lost.
func (x *execution) reconcile(ctx, working context.Context) (a answer, over bool, err error) {
	found, err := x.call.Reconcile(working, PriorAttempt{
		Key:  x.priorKey,
		Args: x.args, Age: x.record.Age,
	})
	switch {
	case err != nil:
		x.endLease(ctx)
		return answer{}, true, failure.WithoutNoEffect(err)
	case found.state == driver.StateCompleted && !fits(x.resultType(), found.result): // kept, it could never be replayed
		x.endLease(ctx)
		return answer{}, true, nonRetryable(ReasonMisuse, fmt.Sprintf("Reconcile has called Happened with a %T, and the work of key %s returns %s; "+
			"give what it would have returned, the record is left as it was", found.result, x.ref.Key, typeName(x.resultType())))
	case found.state == driver.StateCompleted:
		a, err := x.done(ctx, found.result)
		return a, true, err
	case found.state == driver.StateReleased:
		return answer{}, false, nil
	case found.state == driver.StateIndeterminate:
		return answer{}, true, x.markIndeterminate(ctx)
	default:
		x.endLease(ctx)
		return answer{}, true, errors.New("idempotency: Reconcile has found nothing; return Happened, NeverHappened or StillUnknown")
	}
}

// priorKey is a key that was given out, whether or not the service still knows it.
func (x *execution) priorKey(label string) string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return downstreamKey(downstreamSum(x.ref.Key, label, x.progress.Generations[label]))
}

// hold leaves the work to a person.
func (x *execution) markIndeterminate(ctx context.Context) error {
	if err := x.write(ctx, driver.Completion{State: driver.StateIndeterminate}, nil); err != nil {
		return err
	}
	return x.needsReview(ctx)
}
