package idempotency

import (
	"context"
	"fmt"
	"reflect"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// An attempt identifies one attempt of an activity at one key, in this process. Derived
// contexts have the same attempt.
type attempt struct {
	key   driver.Key
	token *byte           // of the activity's task, where there is one
	ended <-chan struct{} // of the context, where there is none
}

func attemptOf(ctx context.Context, key driver.Key) attempt {
	if token := activity.GetInfo(ctx).TaskToken; len(token) > 0 {
		return attempt{key: key, token: &token[0]}
	}
	return attempt{key: key, ended: ctx.Done()}
}

// misused refuses a guarded activity within guarded work: under one key it would
// wait for itself, and under two it is not known which record counts.
func (x *execution) misused(ctx context.Context) error {
	if x.outer != nil {
		return nonRetryable(ReasonMisuse, fmt.Sprintf("activity %q is guarded within the work of key %s, "+
			"for instance by an interceptor and by Wrap; guard it once, and use Do for a part of it",
			x.info.ActivityType, x.outer.ref.Key))
	}
	return nil
}

// function is like activity, for a function that user code can call, and so can call twice in
// one attempt.
func (g *Guard) function(ctx context.Context, store driver.Store, c *ActivityOptions, in any) (*execution, error) {
	x, err := g.activity(ctx, store, c, []any{in})
	if err != nil {
		return nil, err
	}
	x.attempt = attemptOf(ctx, x.ref.Key)
	if _, done := g.done.Load(x.attempt); done {
		return nil, nonRetryable(ReasonMisuse, fmt.Sprintf("activity %q runs a second guarded function in one attempt, "+
			"which would be given the result of the first; "+
			"guard the whole activity, and use Do or Step for its parts", x.info.ActivityType))
	}
	return x, nil
}

// inItself reports whether the work would wait for itself: work around it has the
// same record. The same key in another store is another record.
func (x *execution) inItself() bool {
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

// once records that the attempt has its result, for functions that user code can call.
func (x *execution) once(ctx context.Context) {
	if x.attempt != (attempt{}) && ctx.Done() != nil {
		x.guard.done.Store(x.attempt, true)
		context.AfterFunc(ctx, func() { x.guard.done.Delete(x.attempt) })
	}
}

// must panics when a worker is set up wrongly.
func must(ok bool, wrong string) {
	if !ok {
		panic("idempotency: " + wrong) //archtest:panic a program that is wired wrongly must not start, as with the SDK's registration
	}
}

// mustReplay panics for a type of results that would not be the same in a replay.
func mustReplay[Out any](how string) {
	why := unfaithful(reflect.TypeFor[Out]())
	must(why == "", how+" cannot replay a "+reflect.TypeFor[Out]().String()+": "+why+"; return a type of your own, or use Register or the "+
		"interceptor, which return the stored payload")
}

// replayable is like mustReplay, and returns an error.
func replayable[Out any](g *Guard, what string) error {
	t := reflect.TypeFor[Out]()
	why, known := g.faithful.Load(t)
	if !known {
		why = unfaithful(t)
		g.faithful.Store(t, why)
	}
	if why == "" {
		return nil
	}
	return nonRetryable(ReasonMisuse, fmt.Sprintf("%s cannot replay a %s: %s; return a type of your own", what, t, why))
}
