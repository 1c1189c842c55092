package idempotency

import (
	"context"
	"time"
)

type executionKey struct{}

// from returns the guarded work that ctx belongs to.
func from(ctx context.Context) (*execution, bool) {
	x, ok := ctx.Value(executionKey{}).(*execution)
	return x, ok
}

// FencingToken returns the key of the record of the guarded work that ctx belongs to, in
// hex, and its fence, which grows with each attempt that has the work. A service of your
// own can refuse writes with a smaller fence. ok is false outside guarded work.
func FencingToken(ctx context.Context) (key string, fence int64, ok bool) {
	x, ok := from(ctx)
	if !ok {
		return "", 0, false
	}
	return x.ref.Key.String(), x.ref.Fence, true
}

// DownstreamKey returns the idempotency key for a request to a service: the same for each
// attempt, another for each label. It has 32 hexadecimal digits, which reveal nothing and
// are a UUID without hyphens; a service that requires a UUID gets them with hyphens. Outside
// guarded work, and when the service may have forgotten the key (see
// [ActivityOptions].DownstreamTTL), the error has [ReasonNoKey].
func DownstreamKey(ctx context.Context, label string) (string, error) {
	x, ok := from(ctx)
	if !ok {
		return "", nonRetryable(ReasonNoKey, "label %q is not used in guarded work; guard the activity, "+
			"and use the context of the function that the Guard runs", label)
	}
	x.progress.mu.Lock()
	defer x.progress.mu.Unlock()
	return giveKey(x, label)
}

// giveKey returns the key of a label, and records that the work has it. The mutex of the
// progress is held.
func giveKey(x *execution, label string) (string, error) {
	age := x.record.Age + time.Since(x.claimed)
	if ttl := x.options.DownstreamTTL; ttl > 0 && age > ttl && !x.inTx {
		return "", retryable(ReasonNoKey, 0, "the work of key %s was begun %s ago, and the service may have forgotten the key for %q after %s; "+
			"the next attempt finds out what has happened, or leaves it to a person", x.ref.Key, age.Round(time.Second), label, ttl)
	}
	key := x.progress.key(x.ref.Key, label)
	put(&x.progress.given, key, true)
	return key, nil
}

// RotateKey replaces the key of a label for this attempt and later ones, for a service that
// answers a key forever with its first error. The new key is stored before RotateKey
// returns. Call it only when the request with the old key is known to have had no effect.
func RotateKey(ctx context.Context, label string) error {
	x, ok := from(ctx)
	if !ok {
		return nonRetryable(ReasonNoKey, "label %q is not of guarded work; "+
			"call RotateKey with the context of the function that a Guard runs", label)
	}
	if x.inTx {
		return nonRetryable(ReasonMisuse, "RotateKey of label %q is called in InTx, whose record is written with the transaction; "+
			"use Wrap for requests to a service", label)
	}
	p := &x.progress
	p.mu.Lock()
	defer p.mu.Unlock()
	put(&p.stored.Generations, label, p.stored.Generations[label]+1)
	delete(p.sent, label)
	return x.save(ctx)
}

type labelKey struct{}

// WithLabel names the requests that are made with ctx, for [Transport]: the same label is
// the same request, sent again, and another label is another one. An empty label is none.
func WithLabel(ctx context.Context, label string) context.Context {
	return context.WithValue(ctx, labelKey{}, label)
}
