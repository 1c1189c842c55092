package idempotency

import (
	"context"
	"math"
	"sync"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// Options tunes [NewGuard]. The zero value is ready to use.
type Options struct {
	// FailureConverter is that of the worker. Nil is the SDK's, with the guard's
	// converter for details.
	FailureConverter converter.FailureConverter
	// Observe is told what becomes of calls. It must be quick, and safe for
	// concurrent use.
	Observe func(context.Context, Event)
}

// A Guard lets activities take effect once. It is safe for concurrent use.
type Guard struct {
	store     driver.Store
	converter converter.DataConverter
	plain     bool // it is the SDK's
	failures  converter.FailureConverter
	observe   func(context.Context, Event)
	warned    sync.Map // activity types without any closer, or without a key
	shapes    sync.Map // of arguments, by type
	faithful  sync.Map // why a type of results cannot be replayed, by type
	results   resultTypes
	done      sync.Map // attempts that have their result, until they end
}

// NewGuard returns a guard that keeps its records in store. c is the data
// converter of the workers, which may encrypt; nil is the SDK's. Give the one that
// client.Options has, or results are kept in clear. A nil store is a mistake in
// the program: NewGuard panics.
func NewGuard(store driver.Store, c converter.DataConverter, o Options) *Guard {
	must(store != nil, "NewGuard needs a store; take package memstore for tests")
	if c == nil {
		c = converter.GetDefaultDataConverter()
	}
	if o.FailureConverter == nil {
		o.FailureConverter = temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{DataConverter: c})
	}
	if o.Observe == nil {
		o.Observe = func(context.Context, Event) {}
	}
	return &Guard{store: store, converter: c, plain: c == converter.GetDefaultDataConverter(), failures: o.FailureConverter, observe: o.Observe}
}

// OnAbandoned says what is done about work whose attempt has ended without saying
// how: its worker was killed, or its error leaves open what has happened.
type OnAbandoned uint8

const (
	// OnAbandonedRetry does it again, as Temporal would. The effect may be there twice,
	// unless something closes the gap: a transaction ([InTx]), a key that the
	// service honours ([ActivityOptions].PassThrough), or a question ([ActivityOptions].Reconcile).
	OnAbandonedRetry OnAbandoned = iota
	// OnAbandonedNeedsReview does nothing, and waits for a person: see [ReasonNeedsReview]. Set [ActivityOptions].Retain to
	// longer than that may take, since a key is new when its record has expired.
	OnAbandonedNeedsReview
)

// A Call is how one activity is guarded. The zero value keeps its results for 7
// days, by a key for each execution of the activity. Values that make no sense are
// refused when the activity is made, and by [Do] when it is called.
type ActivityOptions struct {
	// Key returns a business key, made of the activity's arguments: see [KeyFunc]. The
	// same key is the same work, in whatever workflow. Nil is the execution's own
	// key, as Scope says.
	Key func(args []any) (string, error)
	// Scope is how far a key of the execution goes; Step is the name of the work
	// in ScopeChain.
	Scope Scope
	Step  string
	// NoFingerprint lets the same business key, the same step of a chain, or the
	// same local activity have another request: it gets the first one's result.
	NoFingerprint bool
	// OnAbandoned is what is done about abandoned work. Reconcile comes before it.
	OnAbandoned OnAbandoned
	// Reconcile asks the outside whether abandoned work has had its effect. An
	// error leaves it abandoned, and is that of the attempt. With PassThrough it is
	// asked only when DownstreamTTL is over.
	Reconcile func(context.Context, PriorAttempt) (Reconciliation, error)
	// PassThrough says that the work gives a key of [DownstreamKey] or [Transport]
	// to a service that honours it, so that it may be done again.
	PassThrough bool
	// DownstreamTTL is how long that service remembers keys. Work that was begun
	// before is not safe to do again: it is reconciled, or held. Zero is for ever.
	DownstreamTTL time.Duration
	// Retain is how long the record is kept, from the end of the last attempt's
	// time on, or from its claim if that has no deadline. Zero is [defaultRetain];
	// the least is a minute. Make it longer than the activity can be retried.
	Retain time.Duration
}

// closed reports whether something closes the gap between effect and record.
func (c *ActivityOptions) closed() bool {
	return c.PassThrough || c.Reconcile != nil || c.OnAbandoned == OnAbandonedNeedsReview
}

// defaultRetain is how long a record is kept by default.
const defaultRetain = 7 * 24 * time.Hour

// leastRetain is the least that a record is kept: the retention counts from the
// claim on, and is to outlast the work.
const leastRetain = time.Minute

// retain is how long the record is kept from now on: beyond the time of the
// activity, and of work that goes on after it.
func (c *ActivityOptions) retain(ctx context.Context) time.Duration {
	kept := defaultRetain
	if c.Retain > 0 {
		kept = max(c.Retain, leastRetain)
	}
	if end, ok := ctx.Deadline(); ok {
		more := 2 * min(max(0, time.Until(end)), math.MaxInt64/4)
		kept = min(kept, math.MaxInt64-more) + more // for ever stays for ever
	}
	return kept
}

// PriorAttempt is what is known of abandoned work.
type PriorAttempt struct {
	// Key is what [DownstreamKey] has returned to it, by label.
	Key func(label string) string
	// Args are the activity's arguments, see [ReconcileFunc]. [Do] has none.
	Args []any
	// Age is how long ago it was begun first.
	Age time.Duration
}

// ReconcileFunc makes [ActivityOptions].Reconcile of a function that needs to know the activity's first
// argument.
func ReconcileFunc[In any](ask func(context.Context, PriorAttempt, In) (Reconciliation, error)) func(context.Context, PriorAttempt) (Reconciliation, error) {
	return func(ctx context.Context, p PriorAttempt) (Reconciliation, error) {
		in, err := firstOf[In](p.Args)
		if err != nil {
			return Reconciliation{}, err
		}
		return ask(ctx, p, in)
	}
}

// Reconciliation is what [ActivityOptions].Reconcile has found out.
type Reconciliation struct {
	state  driver.State
	result any
}

// Completed says that the effect is there, and what the activity would have
// returned: a value of its type, or nil when it returns nothing. One of another
// type is an error of reason [ReasonMisuse], and is not kept. [Guard.Interceptor] knows the
// type when it has seen a result of the activity, and keeps what it is given before.
func Completed(result any) Reconciliation {
	return Reconciliation{state: driver.StateCompleted, result: result}
}

// NotStarted says that the work may be done.
func NotStarted() Reconciliation { return Reconciliation{state: driver.StateReleased} }

// Indeterminate says that a person has to find out: the work is [ReasonNeedsReview].
func Indeterminate() Reconciliation { return Reconciliation{state: driver.StateIndeterminate} }
