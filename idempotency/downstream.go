package idempotency

import (
	"context"
	"fmt"
)

type executionKey struct{}

func from(ctx context.Context) (*execution, bool) {
	x, ok := ctx.Value(executionKey{}).(*execution)
	return x, ok
}

// An Execution says what is known in guarded work.
type Execution struct {
	// Key names the record, in hex.
	Key string
	// Fence grows with each attempt that has the work. A service of your own can
	// refuse writes of a smaller one.
	Fence int64
	// TakenOver says that an attempt before may have had its effect.
	TakenOver bool
}

// FromContext returns what is known of the guarded work that ctx is of.
func FromContext(ctx context.Context) (Execution, bool) {
	x, ok := from(ctx)
	if !ok {
		return Execution{}, false
	}
	return Execution{Key: x.ref.Key.String(), Fence: x.ref.Fence, TakenOver: x.record.TakenOver}, true
}

// DownstreamKey returns the idempotency key for a request to a service: the same
// for each attempt, another for each label. It has 52 letters and digits, and
// tells nothing. It is empty outside guarded work.
func DownstreamKey(ctx context.Context, label string) string {
	x, ok := from(ctx)
	if !ok {
		return ""
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return downstreamKey(x.ref.Key, label, x.progress.Generations[label])
}

// Rekey makes a new key for a label, for this attempt and those after it: for a
// service that answers a key for ever with its first error. It is kept before it
// returns. Call it only when the request with the old key is known to have had no
// effect.
func Rekey(ctx context.Context, label string) error {
	x, ok := from(ctx)
	if !ok {
		return refuse(NoKey, fmt.Sprintf("label %q is not of guarded work; call Rekey with the context of the function that a Guard runs", label))
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.progress.Generations == nil {
		x.progress.Generations = map[string]int{}
	}
	x.progress.Generations[label]++
	delete(x.labels, label)
	return x.save(ctx)
}

type labelKey struct{}

// WithLabel names the requests that are made with ctx, for [Transport]: the same
// label is the same request, sent again, and another label another one.
func WithLabel(ctx context.Context, label string) context.Context {
	return context.WithValue(ctx, labelKey{}, label)
}
