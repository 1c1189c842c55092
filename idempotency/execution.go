package idempotency

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// An execution is one attempt at work that has a key.
type execution struct {
	guard       *Guard
	store       Store
	call        *Call
	ref         Ref
	info        Info
	args        []any         // of the activity
	returns     reflect.Type  // what the work returns; nil when nobody can tell
	fingerprint []byte        // nil when requests are not compared
	record      Record        // as it was last seen
	lease       time.Duration // its length
	claimed     time.Time     // when its lease began at the latest, by this process's clock
	keeper      keeper
	outer       *execution // that this one is a part of, or nil
	inTx        bool       // the record is part of a transaction
	attempt     attempt
	judgement   failure.Recorder

	mu       sync.Mutex
	progress progress
	steps    map[string]bool  // that have run or were found in this attempt
	requests map[string]*sent // by label
	given    map[string]bool  // downstream keys
}

// An answer is what a call returns: a value that is new, or a payload that was
// kept. The latter is nil when there is no result.
type answer struct {
	value   any
	kept    *commonpb.Payload
	pending bool // it is completed elsewhere
}

// work is what is to be done once.
type work func(context.Context) (any, error)

func (g *Guard) execution(ctx context.Context, store Store, c *Call, key Digest, info Info) *execution {
	outer, _ := from(ctx)
	return &execution{
		guard: g, store: store, call: c, ref: Ref{Key: key, Owner: newOwner()}, info: info, lease: leaseOf(ctx), outer: outer,
		progress: progress{V: progressVersion},
	}
}

// run does the work, or returns what came of it before.
func (x *execution) run(ctx context.Context, do work) (answer, error) {
	x.guard.warn(ctx, x.call)
	if a, over, err := x.known(ctx); over {
		return a, err
	}
	won, err := x.claim(ctx)
	if err != nil {
		return answer{}, err
	}
	if !won {
		return x.replay(ctx)
	}
	if err := x.mismatch(ctx); err != nil { // of a record that was not there a moment ago
		x.giveUp(ctx)
		return answer{}, err
	}
	if err := x.resume(); err != nil {
		x.giveUp(ctx)
		return answer{}, err
	}
	return x.begin(ctx, do)
}

// known is what another attempt has left, if there can be one: one read tells. A
// request that does not match its key is refused here, before it could take the
// work from an attempt that is late.
func (x *execution) known(ctx context.Context) (a answer, over bool, err error) {
	if x.info.Attempt <= 1 && x.fingerprint == nil {
		return answer{}, false, nil
	}
	once, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	r, err := x.store.Get(once, x.ref.Key)
	if err != nil {
		return answer{}, false, nil //nolint:nilerr // the answer to a claim says more
	}
	x.record = r
	if settled(r.State) {
		a, err = x.replay(ctx)
		return a, true, err
	}
	err = x.mismatch(ctx)
	return answer{}, err != nil, err
}

// begin does the work while the lease is kept, and records what came of it.
func (x *execution) begin(ctx context.Context, do work) (answer, error) {
	working := x.keep(context.WithValue(ctx, executionKey{}, x))
	ended := false
	defer func() {
		if !ended { // it has panicked
			_ = x.unknown(ctx, nil)
		}
		x.stop()
	}()
	if x.record.TakenOver {
		x.say(ctx, TookOver)
		if a, over, err := x.settle(ctx, working); over {
			ended = true
			return a, err
		}
	} else {
		x.say(ctx, Began)
	}
	// A context of its own for the judgement: nested work has another.
	value, err := do(failure.WithRecorder(working, &x.judgement))
	ended = true
	return x.conclude(ctx, working, value, err)
}

func settled(s State) bool { return s == Done || s == Failed || s == Pending || s == Unknown }

// replay returns what a record says.
func (x *execution) replay(ctx context.Context) (answer, error) {
	if err := x.mismatch(ctx); err != nil {
		return answer{}, err
	}
	x.ref.Fence = x.record.Fence
	switch x.record.State {
	case Unknown:
		return answer{}, x.held(ctx)
	case Pending:
		return answer{}, x.pending(ctx)
	case Failed:
		x.say(ctx, Replayed)
		return answer{}, x.guard.failure(x.record.Result)
	}
	x.say(ctx, Replayed)
	kept, err := keptResult(x.record.Result)
	return answer{kept: kept}, err
}

// pending is for work that is completed elsewhere. The completion names the
// activity that has begun it, so another one would wait in vain.
func (x *execution) pending(ctx context.Context) error {
	if began := x.record.Info; began.WorkflowID != x.info.WorkflowID || began.RunID != x.info.RunID || began.ActivityID != x.info.ActivityID {
		x.say(ctx, Waited)
		return later(InProgress, fmt.Sprintf("the work of key %s is completed elsewhere, for activity %q of workflow %q; this one is retried until Guard.Resolve settles it",
			x.ref.Key, began.ActivityID, began.WorkflowID), pendingRetry, nil)
	}
	x.say(ctx, Replayed)
	return activity.ErrResultPending
}

func (x *execution) held(ctx context.Context) error {
	x.say(ctx, Refused, "Reason", string(Held))
	return refuse(Held, fmt.Sprintf("it is not known whether the work of key %s has had its effect; find out, then settle it with Guard.Resolve, and run the activity again", x.ref.Key))
}
