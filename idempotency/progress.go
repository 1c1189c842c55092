package idempotency

import (
	"context"
	"errors"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// progress is what an execution keeps while it runs.
type progress struct {
	V           int               `json:"v"`
	Generations map[string]int    `json:"generations,omitempty"` // of downstream keys, by label
	Steps       map[string][]byte `json:"steps,omitempty"`       // results, by name
}

// progressVersion is the version of that form.
const progressVersion = 1

// Version is the version of the form.
func (p *progress) Version() int { return p.V }

// resume reads what an attempt before has kept.
func (x *execution) resume() error {
	x.progress = progress{V: progressVersion}
	if len(x.record.Progress) == 0 {
		return nil
	}
	var p progress
	if err := wire.Strict(wire.JSON(x.record.Progress), progressVersion, &p); err != nil {
		return later(StoreDown, fmt.Sprintf("the progress of key %s cannot be read: %v; upgrade the workers", x.ref.Key, err), 0, nil)
	}
	x.progress = p
	return nil
}

// save writes the progress. x.mu is held.
func (x *execution) save(ctx context.Context) error {
	payload, err := wire.Header(x.progress)
	if err != nil {
		return err
	}
	if err := small("progress", payload.GetData()); err != nil {
		return err
	}
	err = x.finally(ctx, func(ctx context.Context) error {
		return x.store.Renew(ctx, x.ref, Renewal{Lease: x.lease.fromNow(), Progress: payload.GetData()})
	})
	if errors.Is(err, ErrLeaseLost) {
		return x.lost(ctx, err)
	}
	return err
}

// Step does a part of the work once: its result is kept at once, and an attempt
// that takes the work over gets it. An error is not kept. It is for work with
// several effects, in a function that a [Guard] runs; names are the function's
// own, each is used once.
//
// Between the effect of the part and its record there is the same gap as for the
// whole: give the service a key.
func Step[T any](ctx context.Context, name string, part func(context.Context) (T, error)) (v T, err error) {
	x, ok := from(ctx)
	if !ok {
		return v, refuse(NoKey, fmt.Sprintf("step %q is not in guarded work; call it with the context of the function that a Guard runs", name))
	}
	x.mu.Lock()
	kept, done := x.progress.Steps[name]
	x.mu.Unlock()
	if done {
		payload, err := keptResult(kept)
		if err != nil {
			return v, err
		}
		return typed[T](ctx, x.guard, answer{kept: payload})
	}
	if v, err = part(ctx); err != nil {
		return v, err
	}
	_, encoded, err := x.guard.encode(ctx, v)
	if err != nil {
		return v, fmt.Errorf("idempotency: the result of step %q cannot be kept: %w; return a smaller one that can be encoded", name, err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.progress.Steps == nil {
		x.progress.Steps = map[string][]byte{}
	}
	x.progress.Steps[name] = encoded
	return v, x.save(ctx)
}
