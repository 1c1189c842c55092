package intervention

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// defaultRetain is how long records are kept: people may take weeks to decide.
const defaultRetain = 90 * 24 * time.Hour

// Register registers fn as an activity for [Execute], under the type "intervention." and name,
// guarded with o. Execute names the work, so o has no Key and no ChainStep. A zero o.Retain is 90
// days. The store of the guard must be a driver.Admin, as those of this module are. fn must not
// return activity.ErrResultPending. Register panics as [idempotency.Wrap] does, if a value of o makes
// no sense or Out does not stay the same when it is stored. Call it where the worker is set up.
func Register[In, Out any](
	r worker.ActivityRegistry, g *idempotency.Guard, name string, fn func(context.Context, In) (Out, error), o idempotency.ActivityOptions,
) error {
	switch {
	case r == nil || g == nil || fn == nil || name == "":
		return invalid(fmt.Sprintf("Register of activity %q needs a registry, a guard, a name and a function; give all four", name))
	case o.Key != nil || o.ChainStep != "":
		return invalid(fmt.Sprintf("the options of activity %q have a Key or a ChainStep, and Execute names the work; leave them out", name))
	}
	if o.Retain == 0 {
		o.Retain = defaultRetain
	}
	_ = idempotency.Wrap(g, fn, o) // it checks o and Out
	w := work[In, Out]{guard: g, options: o, do: fn}
	r.RegisterActivityWithOptions(w.execute, activity.RegisterOptions{Name: typePrefix + name})
	return nil
}

// A work executes the steps of one activity.
type work[In, Out any] struct {
	guard   *idempotency.Guard
	options idempotency.ActivityOptions
	do      func(context.Context, In) (Out, error)
}

func (w work[In, Out]) execute(ctx context.Context, c call[In, Out]) (reply[Out], error) {
	switch c.Step {
	case stepInspect:
		return w.inspect(ctx, c)
	case stepRun, stepRetry:
		return w.run(ctx, c)
	case stepResolve:
		return w.resolve(ctx, c)
	case stepGiveUp:
		return w.giveUp(ctx, c)
	}
	return reply[Out]{}, invalid(fmt.Sprintf("this worker does not know the step %q; upgrade the worker", c.Step))
}

// run does the work.
func (w work[In, Out]) run(ctx context.Context, c call[In, Out]) (r reply[Out], err error) {
	if c.Replaced != "" {
		if err := w.replace(ctx, c); err != nil {
			return r, err
		}
	}
	if c.Step == stepRetry {
		if err := w.release(ctx, c.Work, c.Fence); err != nil {
			return r, err
		}
	}
	o := w.options
	if reconcile := o.Reconcile; reconcile != nil {
		o.Reconcile = func(ctx context.Context, prior idempotency.PriorAttempt) (idempotency.Reconciliation, error) {
			prior.Args = []any{c.Input}
			return reconcile(ctx, prior)
		}
	}
	r.Result, err = idempotency.Do(ctx, w.guard, nameOf(ctx), c.Work, func(ctx context.Context) (Out, error) { return w.do(ctx, c.Input) }, o)
	return r, err
}

// replace finishes the record of the work that new work replaces.
func (w work[In, Out]) replace(ctx context.Context, c call[In, Out]) error {
	if err := w.release(ctx, c.Replaced, c.Fence); err != nil {
		return err
	}
	_, done, err := w.finish(ctx, c.Replaced, nil)
	if err == nil && done {
		err = apperr.New(ReasonDone, fmt.Sprintf("intervention: work %q is done, so it was not replaced; use its result", c.Replaced),
			apperr.Options{})
	}
	return err
}

func (w work[In, Out]) resolve(ctx context.Context, c call[In, Out]) (r reply[Out], err error) {
	if c.Result == nil {
		return r, invalid("the call to finish the work has no result; report this with the history of the workflow")
	}
	if err := w.release(ctx, c.Work, c.Fence); err != nil {
		return r, err
	}
	result, done, err := w.finish(ctx, c.Work, c.Result)
	if noResult(err) {
		err = nil
	}
	if err == nil && !done { // it has no result, and no attempt can take effect
		result = *c.Result
	}
	r.Result = result
	return r, err
}

func (w work[In, Out]) giveUp(ctx context.Context, c call[In, Out]) (r reply[Out], err error) {
	if err := w.release(ctx, c.Work, c.Fence); err != nil {
		return r, err
	}
	result, done, err := w.finish(ctx, c.Work, nil)
	r.Result, r.Effect = result, EffectNone
	if done {
		r.Effect = EffectDone
	}
	return r, err
}

// finish finishes the record of work with the result, or with a failure without one, and
// returns the result of the record. done reports whether it has one.
func (w work[In, Out]) finish(ctx context.Context, key string, result *Out) (out Out, done bool, err error) {
	out, err = idempotency.Do(ctx, w.guard, nameOf(ctx), key, func(context.Context) (out Out, err error) {
		if result != nil {
			return *result, nil
		}
		return out, apperr.New(ReasonNotDone, "intervention: people have given this work up or replaced it", apperr.Options{})
	}, idempotency.ActivityOptions{PassThrough: true, Retain: w.options.Retain})
	if _, ours := idempotency.ReasonOf(err); ours {
		return out, false, err
	}
	// Do returns the outcome also when it could not be written.
	record, readErr := w.guard.Record(ctx, w.keyOf(ctx, key))
	switch {
	case readErr == nil && record.State == driver.StateCompleted && err == nil:
		return out, true, nil
	case readErr == nil && record.State == driver.StateFailed && err != nil:
		return out, false, nil
	}
	return out, false, fmt.Errorf("intervention: the record of work %q could not be finished; check the store, this is tried again", key)
}

// noResult reports whether the work is done and its result was not stored.
func noResult(err error) bool {
	reason, _ := idempotency.ReasonOf(err)
	var app *temporal.ApplicationError
	return reason == idempotency.ReasonNoResult && errors.As(err, &app) && app.NonRetryable()
}

func nameOf(ctx context.Context) string { return activity.GetInfo(ctx).ActivityType.Name }

func (w work[In, Out]) keyOf(ctx context.Context, work string) driver.Key {
	return w.guard.BusinessKey(activity.GetInfo(ctx).Namespace, nameOf(ctx), work)
}
