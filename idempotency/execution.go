package idempotency

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

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
	args        []any // of the activity
	sum         [sha256.Size]byte
	fingerprint []byte // a part of sum; nil when inputs are not compared
	record      Record // as it was last seen
	lease       lease
	keeper      keeper
	outer       bool // other interceptors may have judged the error
	judgement   failure.Judgement

	mu       sync.Mutex
	progress progress
	labels   map[string]bool // of requests that were sent
}

// An answer is what a call returns: a value that is new, or a payload that was
// kept. The latter is nil when there is no result.
type answer struct {
	value any
	kept  *commonpb.Payload
}

// work is what is to be done once.
type work func(context.Context) (any, error)

func (g *Guard) execution(ctx context.Context, store Store, c *Call, key Digest, info Info) *execution {
	return &execution{
		guard: g, store: store, call: c, ref: Ref{Key: key, Owner: newOwner()}, info: info, lease: leaseOf(ctx),
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
	if !x.matches() {
		x.giveUp(ctx)
		return answer{}, x.mismatch(ctx)
	}
	if err := x.resume(); err != nil {
		x.giveUp(ctx)
		return answer{}, err
	}
	return x.attempt(ctx, do)
}

// attempt does the work while the lease is kept, and records what came of it.
func (x *execution) attempt(ctx context.Context, do work) (answer, error) {
	working := x.keep(context.WithValue(ctx, executionKey{}, x))
	ended := false
	defer func() {
		x.stop()
		if !ended { // it has panicked
			x.unknown(ctx)
		}
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
	if x.outer {
		working = failure.WithJudgement(working, &x.judgement)
	}
	value, err := do(working)
	ended = true
	return x.conclude(ctx, value, err)
}

func settled(s State) bool { return s == Done || s == Failed || s == Pending || s == Unknown }

// matches reports whether the record is of the same input.
func (x *execution) matches() bool {
	return x.fingerprint == nil || x.record.Fingerprint == nil || bytes.Equal(x.fingerprint, x.record.Fingerprint)
}

func (x *execution) mismatch(ctx context.Context) error {
	x.say(ctx, Refused, "Reason", string(Mismatch))
	by := ""
	if x.record.Owner != x.ref.Owner { // else the record is of this attempt by now
		by = fmt.Sprintf(", by activity %q of workflow %q", x.record.Info.ActivityID, x.record.Info.WorkflowID)
	}
	return refuse(Mismatch, fmt.Sprintf("key %s was used for another input%s; make the key of all that names the work", x.ref.Key, by))
}

// replay returns what a record says.
func (x *execution) replay(ctx context.Context) (answer, error) {
	if !x.matches() {
		return answer{}, x.mismatch(ctx)
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

// pending is for work that is completed elsewhere. Whoever completes it names the
// activity that has begun it, so another one would wait in vain.
func (x *execution) pending(ctx context.Context) error {
	if began := x.record.Info; began.WorkflowID != x.info.WorkflowID || began.RunID != x.info.RunID || began.ActivityID != x.info.ActivityID {
		x.say(ctx, Waited)
		return later(InProgress, fmt.Sprintf("the work of key %s is completed elsewhere, for activity %q of workflow %q; this one is retried until somebody settles it with Guard.Resolve",
			x.ref.Key, began.ActivityID, began.WorkflowID), pendingRetry, nil)
	}
	x.say(ctx, Replayed)
	return activity.ErrResultPending
}

func (x *execution) held(ctx context.Context) error {
	x.say(ctx, Refused, "Reason", string(Held))
	return refuse(Held, fmt.Sprintf("it is not known whether the work of key %s has had its effect; find out, then settle it with Guard.Resolve, and run the activity again", x.ref.Key))
}
