package idempotency

import (
	"context"
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
func Wrap[In, Out any](g *Guard, fn func(context.Context, In) (Out, error), o ActivityOptions) func(context.Context, In) (Out, error) {
	must(g != nil && fn != nil, "Wrap needs a guard and a function")
	o.mustMakeSense("Wrap")
	mustReplay[Out]("Wrap")
	w := &guardedWork{guard: g, store: g.store, options: &o, returns: reflect.TypeFor[Out]()}
	return func(ctx context.Context, in In) (out Out, err error) {
		x, err := w.function(ctx, in)
		if err != nil {
			return out, err
		}
		a, err := x.run(ctx, func(ctx context.Context) (any, error) { return fn(ctx, in) })
		return typed[Out](ctx, &g.results, a, err)
	}
}

// Do does work once for a key of yours: in an activity beside other work, or in a program.
// name says what kind of work the key names; the same key under another name, or in
// another namespace, is other work. A program has no namespace. Do does not compare
// requests, since it does not see the arguments: make the key of all that identifies the
// work.
func Do[Out any](ctx context.Context, g *Guard, name, key string, fn func(context.Context) (Out, error), o ActivityOptions) (out Out,
	err error,
) {
	if name == "" || key == "" {
		return out, nonRetryable(ReasonNoKey, "the work has the name %q and a key of %d bytes; give both", name, len(key))
	}
	if g == nil || fn == nil {
		return out, nonRetryable(ReasonMisuse, "work %q has no guard or no function; give both", name)
	}
	if problem := o.problemInDo(); problem != "" {
		return out, nonRetryable(ReasonMisuse, "work %q cannot be done: %s", name, problem)
	}
	w := &guardedWork{guard: g, store: g.store, options: &o, returns: reflect.TypeFor[Out]()}
	if err := g.types.replayable(w.returns, "Do"); err != nil {
		return out, err
	}
	info := driver.Info{ActivityType: name}
	if activity.IsActivity(ctx) {
		info = infoOf(activity.GetInfo(ctx))
		info.ActivityType = name
	}
	x := w.execution(ctx, businessKey(info.Namespace, name, key), info)
	if inItself(x) {
		return out, nonRetryable(ReasonMisuse, "work %q is done within itself, under one key; give the inner work another name or key", name)
	}
	g.types.add(name, w.returns)
	a, err := x.run(ctx, func(ctx context.Context) (any, error) { return fn(ctx) })
	return typed[Out](ctx, &g.results, a, err)
}

// inItself reports whether the work of x would wait for itself: work around it has the
// same record. The same key in another store is another record.
func inItself(x *execution) bool {
	for outer := x.outer; outer != nil; outer = outer.outer {
		if outer.ref.Key == x.ref.Key && (outer.guard == x.guard || sameStore(outer.store, x.store)) {
			return true
		}
	}
	return false
}

// sameStore compares stores of types that can be compared.
func sameStore(a, b driver.Store) bool {
	return reflect.TypeOf(a).Comparable() && reflect.ValueOf(a).Comparable() && a == b
}
