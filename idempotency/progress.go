package idempotency

import (
	"context"
	"errors"
	"reflect"
	"sync"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// progress holds what an attempt knows of the parts of its work.
type progress struct {
	mu     sync.Mutex
	stored stored
	seen   map[string]bool  // steps that have run or were found in this attempt
	given  map[string]bool  // downstream keys
	sent   map[string]*sent // requests, by label
}

// stored holds the progress that later attempts get.
type stored struct {
	V           int               `json:"v"`
	Generations map[string]int    `json:"generations,omitempty"` // of downstream keys, by label
	Steps       map[string][]byte `json:"steps,omitempty"`       // results, by name; nil is one that could not be kept
}

// progressVersion counts the versions of this form.
const progressVersion = 1

// Version returns the version of the form.
func (s *stored) Version() int { return s.V }

// resume reads the progress of earlier attempts.
func (p *progress) resume(key driver.Key, data []byte) error {
	p.stored = stored{V: progressVersion}
	if len(data) == 0 {
		return nil
	}
	var s stored
	if err := wire.DecodeStored(data, progressVersion, &s); err != nil {
		return retryable(ReasonStoreUnavailable, 0, "the progress of key %s cannot be read: %v; upgrade the workers", key, err)
	}
	p.stored = s
	return nil
}

// key returns the downstream key of a label. The mutex is held.
func (p *progress) key(of driver.Key, label string) string {
	return downstreamKey(of, label, p.stored.Generations[label])
}

// keyed reports whether a request was given its key.
func (p *progress) keyed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.given != nil
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
		return v, nonRetryable(ReasonNoKey, "step %q is not in guarded work; call it with the context of the function that a Guard runs", name)
	}
	if part == nil {
		return v, nonRetryable(ReasonMisuse, "step %q has no function; give it one", name)
	}
	if x.inTx {
		return v, nonRetryable(ReasonMisuse, "step %q is in InTx, whose record is written with the transaction; "+
			"use Wrap for work with several effects", name)
	}
	if err := x.guard.types.replayable(reflect.TypeFor[T](), "Step"); err != nil {
		return v, err
	}
	kept, done, err := x.progress.step(name)
	if err != nil {
		return v, err
	}
	if done {
		payload, err := keptResult(kept)
		return typed[T](ctx, &x.guard.results, answer{kept: payload}, err)
	}
	if v, err = part(ctx); err == nil {
		err = keepStep(ctx, x, name, v)
	}
	return asKept(v), err
}

// step returns what an earlier attempt has stored of a step.
func (p *progress) step(name string) (kept []byte, done bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen[name] {
		return nil, false, nonRetryable(ReasonMisuse, "step %q comes twice in one attempt, "+
			"and the second would get the result of the first; give each step a name of its own", name)
	}
	if kept, done = p.stored.Steps[name]; done {
		put(&p.seen, name, true)
	}
	return kept, done, nil
}

// keepStep stores the result of a step. If the result can never be stored, keepStep stores
// that the step is done: its effect has happened, and no attempt may repeat it.
func keepStep(ctx context.Context, x *execution, name string, v any) error {
	_, encoded, err := x.encode(ctx, v)
	p := &x.progress
	p.mu.Lock()
	defer p.mu.Unlock()
	put(&p.seen, name, true)
	if err == nil {
		put(&p.stored.Steps, name, encoded)
		var large *tooLargeError
		if err = x.save(ctx); !errors.As(err, &large) {
			return err
		}
	}
	put(&p.stored.Steps, name, nil)
	if err := x.save(ctx); err != nil {
		return err
	}
	return nonRetryable(ReasonNoResult, "the result of step %q cannot be stored, and its effect has happened: %v; "+
		"return a smaller one that can be encoded, or a reference to it", name, err)
}

// put sets an entry of a map that may be nil.
func put[V any](m *map[string]V, name string, v V) {
	if *m == nil {
		*m = map[string]V{}
	}
	(*m)[name] = v
}
