package idempotency

import (
	"context"
	"fmt"
	"reflect"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// Wrap returns fn as an activity that takes effect once, with the same signature, so that
// workflows need not change. Register it with a name, since a returned function has none:
//
//	charge := idempotency.Wrap(guard, a.Charge, idempotency.ActivityOptions{})
//	w.RegisterActivityWithOptions(charge, activity.RegisterOptions{Name: "Charge"})
//
// A result must have a type that is the same after encoding and decoding: Wrap panics for
// interfaces, also within other types, such as map[string]any. For these, for activities
// of another form, and for whole structs, use [Register] or [Guard.Interceptor].
func Wrap[In, Out any](g *Guard, fn func(context.Context, In) (Out, error), c ActivityOptions) func(context.Context, In) (Out, error) {
	must(g != nil && fn != nil, "Wrap needs a guard and a function")
	c.mustMakeSense("Wrap")
	mustReplay[Out]("Wrap")
	return func(ctx context.Context, in In) (out Out, err error) {
		x, err := g.function(ctx, g.store, &c, in)
		if err != nil {
			return out, err
		}
		x.returning(reflect.TypeFor[Out]())
		a, err := x.run(ctx, func(ctx context.Context) (any, error) { return fn(ctx, in) })
		if err != nil {
			return out, err
		}
		return typed[Out](ctx, g, a)
	}
}

// Do does work once for a key of yours: in an activity beside other work, or in a program.
// name says what kind of work the key names; the same key under another name, or in
// another namespace, is other work. A program has no namespace. Do does not compare
// requests, since it does not see the arguments: make the key of all that identifies the
// work.
func Do[Out any](ctx context.Context, g *Guard, name, key string, fn func(context.Context) (Out, error), c ActivityOptions) (out Out,
	err error,
) {
	if name == "" || key == "" {
		return out, nonRetryable(ReasonNoKey, fmt.Sprintf("the work has the name %q and a key of %d bytes; give both", name, len(key)))
	}
	if g == nil || fn == nil {
		return out, nonRetryable(ReasonMisuse, fmt.Sprintf("work %q has no guard or no function; give both", name))
	}
	if problem := c.problemInDo(); problem != "" {
		return out, nonRetryable(ReasonMisuse, fmt.Sprintf("work %q cannot be done: %s", name, problem))
	}
	if err := replayable[Out](g, "Do"); err != nil {
		return out, err
	}
	info := driver.Info{ActivityType: name}
	if activity.IsActivity(ctx) {
		info = infoOf(activity.GetInfo(ctx))
		info.ActivityType = name
	}
	x := g.execution(ctx, g.store, &c, BusinessKey(info.Namespace, name, key), info)
	if x.inItself() {
		return out, nonRetryable(ReasonMisuse, fmt.Sprintf("work %q is done within itself, under one key; "+
			"give the inner work another name or key", name))
	}
	x.returning(reflect.TypeFor[Out]())
	a, err := x.run(ctx, func(ctx context.Context) (any, error) { return fn(ctx) })
	if err != nil {
		return out, err
	}
	return typed[Out](ctx, g, a)
}

// activity returns an execution of an activity with those arguments.
func (g *Guard) activity(ctx context.Context, store driver.Store, c *ActivityOptions, args []any) (*execution, error) {
	key, info, err := c.key(ctx, args)
	if err != nil {
		return nil, err
	}
	x := g.execution(ctx, store, c, key, info)
	if err := x.misused(ctx); err != nil {
		return nil, err
	}
	x.args = args
	// A regular execution has one request. A local activity whose workflow task has
	// failed comes again with what the next task has made of it.
	if shared := c.Key != nil || c.ChainStep != "" || activity.GetInfo(ctx).IsLocalActivity; shared && !c.NoFingerprint {
		if x.fingerprint, err = g.fingerprintOf(args); err != nil {
			return nil, nonRetryable(ReasonNoKey, fmt.Sprintf("the arguments of activity %q cannot be told from others: %v; "+
				"set ActivityOptions.NoFingerprint", info.ActivityType, err))
		}
	}
	return x, nil
}
