package idempotency

import (
	"context"
	"fmt"
	"math"
	"time"
)

// ActivityOptions says how one activity is guarded. The zero value keeps the result for 7
// days under a key of the activity's execution. Wrap, Register, InTx and Interceptor
// refuse values that make no sense when the worker is set up, and [Do] does when it is
// called.
type ActivityOptions struct {
	// Key returns a business key for the activity's arguments: see [KeyFunc]. The same
	// key is the same work, in whatever workflow. Nil uses a key of the activity's
	// execution, over all of its attempts. An activity ID that is used again is another
	// execution. A local activity whose workflow task has failed is the same execution,
	// and must have the same arguments.
	Key func(args []any) (string, error)
	// ChainStep names the work in a workflow across retries, cron, continue-as-new and
	// resets: the key is the first run of the chain and ChainStep. The worker of the
	// workflow needs [Guard.Interceptor]. Empty uses Key, or a key of the execution.
	ChainStep string
	// NoFingerprint gives another request with the same key, the same ChainStep or in the
	// same local activity the result of the first. By default it ends with
	// [ReasonMismatch].
	NoFingerprint bool
	// ReviewAbandoned ends abandoned work with [ReasonNeedsReview], and a person finds out
	// whether it had its effect. Work is abandoned when its attempt ended without saying
	// how, because its worker was killed or its error leaves the effect open. False does
	// the work again, as Temporal does: the effect may happen twice, unless something
	// closes the gap, as [InTx], PassThrough and Reconcile do. Set Retain to longer than a
	// person may take.
	ReviewAbandoned bool
	// Reconcile finds out whether abandoned work had its effect, before ReviewAbandoned. If it returns an error,
	// the work stays abandoned, and the attempt ends with that error. With PassThrough,
	// Reconcile is called only after DownstreamTTL.
	Reconcile func(context.Context, PriorAttempt) (Reconciliation, error)
	// PassThrough says that the work sends a key of [DownstreamKey] or [Transport] to a
	// service that honors it, so that the work may be done again.
	PassThrough bool
	// DownstreamTTL says how long that service remembers keys. Work that was started before
	// is not safe to do again: it is reconciled, or needs review. Zero means forever.
	DownstreamTTL time.Duration
	// Retain sets how long the record is kept, from the end of the last attempt's time on,
	// or from its claim if the attempt has no deadline. Make it longer than the activity
	// can be retried. Zero means 7 days; the least is a minute.
	Retain time.Duration
}

// closesGap reports whether something closes the gap between effect and record.
func (o *ActivityOptions) closesGap() bool {
	return o.PassThrough || o.Reconcile != nil || o.ReviewAbandoned
}

// needsReview reports whether abandoned work waits for a person.
func (o *ActivityOptions) needsReview() bool { return o.ReviewAbandoned && o.Reconcile == nil }

const (
	defaultRetain = 7 * 24 * time.Hour
	// leastRetain bounds the retention from below. The retention counts from the claim
	// on, and must outlast the work.
	leastRetain = time.Minute
)

// retain returns how long the record is kept from now on: beyond the time of the
// activity, and of work that goes on after it.
func (o *ActivityOptions) retain(ctx context.Context) time.Duration {
	kept := defaultRetain
	if o.Retain > 0 {
		kept = max(o.Retain, leastRetain)
	}
	if end, ok := ctx.Deadline(); ok {
		more := 2 * min(max(0, time.Until(end)), math.MaxInt64/4)
		kept = min(kept, math.MaxInt64-more) + more // forever stays forever
	}
	return kept
}

// problem says which value makes no sense, and is empty when all of them do.
func (o *ActivityOptions) problem() string {
	switch {
	case o.ChainStep != "" && o.Key != nil:
		return "ActivityOptions has Key and ChainStep, and each makes the key; use one of them"
	case o.DownstreamTTL < 0:
		return fmt.Sprintf("ActivityOptions.DownstreamTTL is %s; use 0 for a service that never forgets a key", o.DownstreamTTL)
	case o.Retain < 0:
		return fmt.Sprintf("ActivityOptions.Retain is %s; use 0 for the default of %s", o.Retain, defaultRetain)
	}
	return ""
}

// problemInDo does what problem does, for [Do], which has its key as an argument.
func (o *ActivityOptions) problemInDo() string {
	if o.Key != nil || o.ChainStep != "" {
		return "ActivityOptions has a Key or a ChainStep, and Do has its key as an argument; leave them out"
	}
	return o.problem()
}

// mustMakeSense panics if a value makes no sense.
func (o *ActivityOptions) mustMakeSense(how string) {
	problem := o.problem()
	must(problem == "", how+" was given options that make no sense: "+problem)
}
