package idempotency

import (
	"context"
	"errors"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// progress is what an execution stores while it runs.
type progress struct {
	V           int               `json:"v"`
	Generations map[string]int    `json:"generations,omitempty"` // of downstream keys, by label
	Steps       map[string][]byte `json:"steps,omitempty"`       // results, by name; nil is one that could not be kept
}

// progressVersion is the version of this form.
const progressVersion = 1

// Version returns the version of the form.
func (p *progress) Version() int { return p.V }

// resume reads the progress of earlier attempts.
func (x *execution) resume() error {
	x.progress = progress{V: progressVersion}
	if len(x.record.Progress) == 0 {
		return nil
	}
	var p progress
	if err := wire.DecodeStored(x.record.Progress, progressVersion, &p); err != nil {
		return retryable(ReasonStoreUnavailable, fmt.Sprintf("the progress of key %s cannot be read: %v; upgrade the workers", x.ref.Key, err),
			0, nil)
	}
	x.progress = p
	return nil
}

// save writes the progress. x.mu is held.
func (x *execution) save(ctx context.Context) error {
	payload, err := wire.Payload(x.progress)
	if err != nil {
		return err
	}
	if err := checkSize("progress", payload.GetData()); err != nil {
		return err
	}
	err = x.detached(ctx, func(ctx context.Context) error {
		sent := now()
		err := x.store.Renew(ctx, x.ref, driver.Renewal{Lease: x.lease, Progress: payload.GetData()})
		if err == nil {
			x.extend(sent)
		}
		return err
	})
	switch {
	case errors.Is(err, driver.ErrLeaseLost):
		return x.takenOver()
	case err != nil:
		return x.storeDown(ctx, "so the progress of key %s was not stored", err)
	}
	return nil
}

// Step does a part of guarded work once: its result is stored at once, and an attempt that
// takes the work over gets it. An error is not stored. Step is for work with several
// effects; names belong to the function. A name that comes twice in one attempt, and a
// Step in [InTx], end with [ReasonMisuse]. T must be the same after encoding and decoding,
// as with [Wrap].
//
// The results of all steps together, in base64, take at most 2 MB. A result that cannot be
// stored ends with [ReasonNoResult], also in later attempts, since none may repeat the
// effect.
//
// Between the effect of the part and its record there is the same gap as for the whole:
// give the service a key.
func Step[T any](ctx context.Context, name string, part func(context.Context) (T, error)) (v T, err error) {
	x, ok := from(ctx)
	if !ok {
		return v, nonRetryable(ReasonNoKey, fmt.Sprintf("step %q is not in guarded work; call it with the context of the function that a "+
			"Guard runs", name))
	}
	if part == nil {
		return v, nonRetryable(ReasonMisuse, fmt.Sprintf("step %q has no function; give it one", name))
	}
	if err := replayable[T](x.guard, "Step"); err != nil {
		return v, err
	}
	defer func() { v = asKept(v) }()
	kept, done, err := x.step(name)
	if err != nil {
		return v, err
	}
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
	return v, x.keepStep(ctx, name, v)
}

// keepStep stores the result of a step. If the result can never be stored, keepStep stores
// that the step is done: its effect has happened, and no attempt may repeat it.
func (x *execution) keepStep(ctx context.Context, name string, v any) error {
	_, encoded, err := x.guard.encode(ctx, v)
	if err != nil && !isPermanent(err) {
		err = x.detached(ctx, func(ctx context.Context) (err error) {
			_, encoded, err = x.guard.encode(ctx, v)
			return err
		})
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.note(name)
	if err == nil {
		var large *tooLargeError
		if err = x.saveStep(ctx, name, encoded); !errors.As(err, &large) {
			return err
		}
	}
	text := fmt.Sprintf("the result of step %q cannot be stored, and its effect has happened: %v; "+
		"return a smaller one that can be encoded, or a reference to it", name, err)
	if err := x.saveStep(ctx, name, nil); err != nil {
		return err
	}
	return nonRetryable(ReasonNoResult, text)
}

// saveStep stores the progress with the result of a step. x.mu is held.
func (x *execution) saveStep(ctx context.Context, name string, encoded []byte) error {
	if x.progress.Steps == nil {
		x.progress.Steps = map[string][]byte{}
	}
	x.progress.Steps[name] = encoded
	return x.save(ctx)
}

// step returns what an earlier attempt has stored of a step.
func (x *execution) step(name string) (kept []byte, done bool, err error) {
	if x.inTx {
		return nil, false, nonRetryable(ReasonMisuse, fmt.Sprintf("step %q is in InTx, whose record is written with the transaction; "+
			"use Wrap for work with several effects", name))
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.steps[name] {
		return nil, false, nonRetryable(ReasonMisuse, fmt.Sprintf("step %q comes twice in one attempt, "+
			"and the second would get the result of the first; give each step a name of its own", name))
	}
	if kept, done = x.progress.Steps[name]; done {
		x.note(name)
	}
	return kept, done, nil
}

// note records that a step has its result in this attempt. x.mu is held.
func (x *execution) note(name string) {
	if x.steps == nil {
		x.steps = map[string]bool{}
	}
	x.steps[name] = true
}
