package idempotency

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
)

// Register registers all activities of a struct under the names of their methods, as
// worker.RegisterActivity does, and guards those in guarded:
//
//	err := idempotency.Register(w, guard, &Payments{}, map[string]idempotency.ActivityOptions{"Charge": {PassThrough: true}})
//
// A name in guarded that is no activity of the struct is an error, and nothing is
// registered: a typo would leave an activity unguarded. Workflows may still name
// activities by method. A stored result is returned to Temporal as it is, whatever its
// type. A call costs one call by reflection more than with [Wrap].
func Register(r worker.ActivityRegistry, g *Guard, activities any, guarded map[string]ActivityOptions) error {
	all := reflect.ValueOf(activities)
	if r == nil || g == nil || !all.IsValid() || all.Kind() == reflect.Pointer && all.IsNil() {
		return errors.New("idempotency: nothing was given to Register; give a worker, a guard, and a pointer to a struct of activities")
	}
	left, ready := maps.Clone(guarded), map[string]any{}
	for i := range all.NumMethod() {
		name, method := all.Type().Method(i).Name, all.Method(i)
		if err := isActivity(method.Type()); err != nil {
			return fmt.Errorf("idempotency: method %s of %T is not an activity: %w", name, activities, err)
		}
		ready[name] = method.Interface()
		if o, ok := guarded[name]; ok {
			w := &guardedWork{guard: g, store: g.store, options: &o, returns: resultOf(method.Type())}
			g.types.add(name, w.returns)
			if problem := o.problem(); problem != "" {
				return fmt.Errorf("idempotency: activity %q of %T was given options that make no sense: %s", name, activities, problem)
			}
			ready[name] = w.bind(method)
			delete(left, name)
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("idempotency: %T has no activity %q; correct the name, or remove it from the map", activities,
			slices.Sorted(maps.Keys(left))[0])
	}
	for _, name := range slices.Sorted(maps.Keys(ready)) {
		r.RegisterActivityWithOptions(ready[name], activity.RegisterOptions{Name: name})
	}
	return nil
}

func isActivity(t reflect.Type) error {
	switch {
	case t.IsVariadic():
		return errors.New("its number of arguments varies; take a slice")
	case t.NumOut() == 0 || t.NumOut() > 2 || t.Out(t.NumOut()-1) != reflect.TypeFor[error]():
		return errors.New("it does not return an error, or a result and an error; move it to another type")
	}
	return nil
}

// takesContext reports whether an activity takes its context.
func takesContext(t reflect.Type) bool {
	return t.NumIn() > 0 && t.In(0) == reflect.TypeFor[context.Context]()
}

// resultOf returns the type of the result of an activity.
func resultOf(t reflect.Type) reflect.Type {
	if t.NumOut() == 2 {
		return t.Out(0)
	}
	return noResult
}

// bind returns a function with the arguments of fn, and a context before them if fn has
// none. Its result has the type any, so that a stored result can be returned as it is.
func (w *guardedWork) bind(fn reflect.Value) any {
	t := fn.Type()
	in, out := []reflect.Type{reflect.TypeFor[context.Context]()}, []reflect.Type{reflect.TypeFor[error]()}
	for i := range t.NumIn() {
		if i > 0 || !takesContext(t) {
			in = append(in, t.In(i))
		}
	}
	if t.NumOut() == 2 {
		out = []reflect.Type{reflect.TypeFor[any](), out[0]}
	}
	return reflect.MakeFunc(reflect.FuncOf(in, out, false), func(in []reflect.Value) []reflect.Value {
		result, err := w.call(fn, in)
		if len(out) == 1 {
			return []reflect.Value{reflect.ValueOf(&err).Elem()}
		}
		return []reflect.Value{reflect.ValueOf(&result).Elem(), reflect.ValueOf(&err).Elem()}
	}).Interface()
}

// call calls fn once. in has the context and the arguments.
func (w *guardedWork) call(fn reflect.Value, in []reflect.Value) (any, error) {
	ctx := in[0].Interface().(context.Context) // bind puts it there
	args := make([]any, len(in)-1)
	for i := range args {
		args[i] = in[i+1].Interface()
	}
	x, err := w.activity(ctx, args)
	if err != nil {
		return nil, err
	}
	a, err := x.run(ctx, func(ctx context.Context) (any, error) {
		args := in[1:]
		if takesContext(fn.Type()) {
			args = append([]reflect.Value{reflect.ValueOf(ctx)}, args...)
		}
		got := fn.Call(args)
		err, _ := got[len(got)-1].Interface().(error)
		if len(got) == 1 {
			return nil, err
		}
		return got[0].Interface(), err
	})
	return w.guard.results.untyped(ctx, a, err)
}
