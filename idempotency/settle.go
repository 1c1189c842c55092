package idempotency

import (
	"context"
	"errors"
)

// settle decides about abandoned work that this attempt has taken over. over is
// false when it may be done.
func (x *execution) settle(ctx context.Context) (a answer, over bool, err error) {
	c := x.call
	forgotten := c.DownstreamTTL > 0 && x.record.Age > c.DownstreamTTL // the service knows the key no more
	switch {
	case c.Reconcile != nil && (forgotten || !c.PassThrough):
		return x.reconcile(ctx)
	case forgotten:
		return answer{}, true, x.hold(ctx)
	default:
		return answer{}, false, nil
	}
}

func (x *execution) reconcile(ctx context.Context) (a answer, over bool, err error) {
	found, err := x.call.Reconcile(ctx, Prior{
		Key:  func(label string) string { return downstreamKey(x.ref.Key, label, x.progress.Generations[label]) },
		Info: x.record.Info, Age: x.record.Age,
	})
	switch {
	case err != nil:
		x.giveUp(ctx)
		return answer{}, true, err
	case found.state == Done:
		a, err := x.done(ctx, found.result)
		return a, true, err
	case found.state == Free:
		return answer{}, false, nil
	case found.state == Unknown:
		return answer{}, true, x.hold(ctx)
	default:
		x.giveUp(ctx)
		return answer{}, true, errors.New("idempotency: Reconcile has found nothing; return Happened, NeverHappened or StillUnknown")
	}
}

// hold leaves the work to a person.
func (x *execution) hold(ctx context.Context) error {
	if err := x.write(ctx, Final{State: Unknown}, nil); err != nil {
		return err
	}
	return x.held(ctx)
}
