package idempotency

import (
	"context"
	"reflect"
	"sync"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// guardedWork describes work that a guard runs: an activity, or a function in one.
type guardedWork struct {
	guard   *Guard
	store   driver.Store
	options *ActivityOptions
	returns reflect.Type // what the work returns; nil when it is not known
}

// execution returns an attempt at the work that has this key.
func (w *guardedWork) execution(ctx context.Context, key driver.Key, info driver.Info) *execution {
	outer, _ := from(ctx)
	return &execution{
		guardedWork: *w, info: info, outer: outer, progress: progress{stored: stored{V: progressVersion}},
		lease: lease{records: w.store, ref: driver.Ref{Key: key, Owner: newOwner()}, length: leaseOf(ctx)},
	}
}

// activity returns an attempt of the activity that ctx belongs to. It refuses an activity
// within guarded work: under one key it would wait for itself, and under two it is not known
// which record counts.
func (w *guardedWork) activity(ctx context.Context, args []any) (*execution, error) {
	o := w.options
	key, info, err := o.key(ctx, args)
	if err != nil {
		return nil, err
	}
	x := w.execution(ctx, key, info)
	if x.outer != nil {
		return nil, nonRetryable(ReasonMisuse, "activity %q is guarded within the work of key %s, for instance by an interceptor and by Wrap; "+
			"guard it once, and use Do for a part of it", info.ActivityType, x.outer.ref.Key)
	}
	x.args = args
	// A regular execution has one request. A local activity whose workflow task has
	// failed comes again with what the next task has made of it.
	if shared := o.Key != nil || o.ChainStep != "" || activity.GetInfo(ctx).IsLocalActivity; shared && !o.NoFingerprint {
		if x.fingerprint, err = w.guard.fingerprints.of(args); err != nil {
			return nil, nonRetryable(ReasonNoKey, "the arguments of activity %q cannot be told from others: %v; "+
				"set ActivityOptions.NoFingerprint", info.ActivityType, err)
		}
	}
	w.guard.types.add(info.ActivityType, w.returns)
	return x, nil
}

// function does what activity does, for a function that user code can call, and so can call twice in
// one attempt.
func (w *guardedWork) function(ctx context.Context, in any) (*execution, error) {
	x, err := w.activity(ctx, []any{in})
	if err != nil {
		return nil, err
	}
	x.attempt = attemptOf(ctx, x.ref.Key)
	if w.guard.answered.has(x.attempt) {
		return nil, nonRetryable(ReasonMisuse, "activity %q runs a second guarded function in one attempt, "+
			"which would be given the result of the first; guard the whole activity, and use Do or Step for its parts", x.info.ActivityType)
	}
	return x, nil
}

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

// attempts holds the attempts that have their result, until they end.
type attempts struct{ all sync.Map }

func (a *attempts) has(one attempt) bool {
	_, there := a.all.Load(one)
	return there
}

// add records that an attempt has its result. The zero attempt is of work that user code
// cannot call.
func (a *attempts) add(ctx context.Context, one attempt) {
	if one != (attempt{}) && ctx.Done() != nil {
		a.all.Store(one, true)
		context.AfterFunc(ctx, func() { a.all.Delete(one) })
	}
}
