package idempotency

import (
	"reflect"
	"sync"
)

// noResult stands for the type of the result of work that returns an error only.
var noResult = reflect.TypeFor[struct{}]()

// resultTypes knows the types of the results of work.
type resultTypes struct {
	mu      sync.RWMutex
	types   map[string]reflect.Type // by name; nil is a name that returns several types
	refused sync.Map                // why results of a type cannot be replayed, by type
}

// add records that the work of this name returns t. Nil is a type that is not known.
func (r *resultTypes) add(name string, t reflect.Type) {
	if t == nil {
		return
	}
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
	put(&r.types, name, t)
}

// of returns the type that the work of this name returns, or nil when it is not known.
func (r *resultTypes) of(name string) reflect.Type {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.types[name]
}

// replayable refuses a type of results that would not be the same in a replay.
func (r *resultTypes) replayable(t reflect.Type, what string) error {
	why, known := r.refused.Load(t)
	if !known {
		why = unfaithful(t)
		r.refused.Store(t, why)
	}
	if why == "" {
		return nil
	}
	return nonRetryable(ReasonMisuse, "%s cannot replay a %s: %s; return a type of your own", what, t, why)
}

// mustReplay does what replayable does, and panics.
func mustReplay[Out any](how string) {
	t := reflect.TypeFor[Out]()
	why := unfaithful(t)
	must(why == "", how+" cannot replay a "+t.String()+": "+why+"; return a type of your own, or use Register or the "+
		"interceptor, which return the stored payload")
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
