package idempotency

import (
	"reflect"
	"sync"
)

// noResult is the type of the result of work that returns an error only.
var noResult = reflect.TypeFor[struct{}]()

// resultTypes are the types of the results of work, by its name.
type resultTypes struct {
	mu    sync.RWMutex
	types map[string]reflect.Type // nil is a name that returns several types
}

// add notes the type that the work of this name returns.
func (r *resultTypes) add(name string, t reflect.Type) {
	r.mu.RLock()
	before, known := r.types[name]
	r.mu.RUnlock()
	if known && (before == t || before == nil) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if before, known := r.types[name]; known && before != t {
		t = nil
	}
	if r.types == nil {
		r.types = map[string]reflect.Type{}
	}
	r.types[name] = t
}

// of returns the type that the work of this name returns, or nil when it is not known.
func (r *resultTypes) of(name string) reflect.Type {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.types[name]
}

// returning notes what the work returns.
func (x *execution) returning(t reflect.Type) {
	x.returns = t
	x.guard.results.add(x.info.ActivityType, t)
}

// resultType is the type that the work returns, or nil when it is not known. An
// interceptor knows it when it has seen a result of the activity before.
func (x *execution) resultType() reflect.Type {
	if x.returns != nil {
		return x.returns
	}
	return x.guard.results.of(x.info.ActivityType)
}

// fits reports whether work that returns t could have returned this value. It is true
// when t is not known.
func fits(t reflect.Type, value any) bool {
	switch {
	case t == nil:
		return true
	case value != nil:
		return reflect.TypeOf(value).AssignableTo(t)
	}
	switch t.Kind() { // those that have a nil, or no value at all
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
		return true
	default:
		return t.Size() == 0
	}
}

func typeName(t reflect.Type) string {
	if t == noResult {
		return "nothing"
	}
	return "a " + t.String()
}
