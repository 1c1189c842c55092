package idempotency

import (
	"bytes"
	"context"
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
	fingerprint []byte
	record      Record // as it was last seen
	lease       lease
	outer       bool // other interceptors may have judged the error

	mu       sync.Mutex
	progress progress
	labels   map[string]bool // of requests that were sent
}

// An answer is what a call returns: a value that is new, or payloads that were
// kept.
type answer struct {
	value any
	kept  *commonpb.Payloads
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
	if x.record.TakenOver {
		x.say(ctx, TookOver)
		if a, over, err := x.settle(ctx); over {
			return a, err
		}
	} else {
		x.say(ctx, Began)
	}
	return x.do(ctx, do)
}

// do does the work while the lease is kept, and records what came of it.
func (x *execution) do(ctx context.Context, do work) (answer, error) {
	working, judgement := context.WithValue(ctx, executionKey{}, x), &failure.Judgement{}
	if x.outer {
		working, judgement = failure.WithJudgement(working)
	}
	working, stop := x.keep(working)
	ended := false
	defer func() {
		if !ended { // it has panicked
			stop()
			x.unknown(ctx)
		}
	}()
	value, err := do(working)
	ended = true
	stop()
	return x.conclude(ctx, value, err, judgement)
}

func settled(s State) bool { return s == Done || s == Failed || s == Pending || s == Unknown }

// matches reports whether the record is of the same input.
func (x *execution) matches() bool {
	return x.fingerprint == nil || x.record.Fingerprint == nil || bytes.Equal(x.fingerprint, x.record.Fingerprint)
}

func (x *execution) mismatch(ctx context.Context) error {
	x.say(ctx, Refused, "Reason", string(Mismatch))
	return refuse(Mismatch, fmt.Sprintf("key %s was used for another input, by activity %q of workflow %q; make the key of all that names the work",
		x.ref.Key, x.record.Info.ActivityID, x.record.Info.WorkflowID))
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
		x.say(ctx, Replayed)
		return answer{}, activity.ErrResultPending
	case Failed:
		x.say(ctx, Replayed)
		return answer{}, x.guard.failure(x.record.Result)
	}
	x.say(ctx, Replayed)
	kept, err := keptResult(x.record.Result)
	return answer{kept: kept}, err
}

func (x *execution) held(ctx context.Context) error {
	x.say(ctx, Refused, "Reason", string(Held))
	return refuse(Held, fmt.Sprintf("it is not known whether the work of key %s has had its effect; find out, then settle it with Guard.Resolve, and run the activity again", x.ref.Key))
}
