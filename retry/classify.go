package retry

import (
	"context"
	"errors"
	"time"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// Class is what a retry is expected to do: [Unknown], [Retryable] or
// [Final].
type Class = failure.Class

// The classes.
const (
	// Unknown leaves the error as it is. Temporal retries it.
	Unknown = failure.Unknown
	// Retryable says that a retry may help.
	Retryable = failure.Retryable
	// Final says that no retry can help: the activity fails at once.
	Final = failure.NonRetryable
)

// A Verdict is what a [Classifier] found out about an error: its Class; the
// Type that the application error gets, where empty keeps the name that the SDK
// takes; After, how long to wait at least; and Benign, for what is expected and
// needs no alarm.
type Verdict = failure.Verdict

// A Classifier judges the errors of activities, see [Options.Classify]. It gets
// the activity's context and the error as the activity returned it, and answers
// Unknown to what it does not know. It must be safe for concurrent use.
type Classifier = failure.Classifier

// Chain asks one classifier after the other until one knows the error. Put
// your own before [Default] to override any of its rows.
func Chain(classifiers ...Classifier) Classifier { return failure.Chain(classifiers...) }

// Default takes an error that says by a method RetryableError() bool that it can
// be retried for retryable. Then it asks [Context], [AWS], [HTTP], [GRPC],
// [SQLState] and [Net], in this order. When the activity's own context has ended,
// a timeout tells nothing, and is Unknown. Errors of decoding are unknown too:
// whether it was a request, which stays as it is, or a response, which may be
// better the next time, the activity knows; see [Permanent].
func Default(ctx context.Context, err error) Verdict {
	v := byDefault(ctx, err)
	if ctx.Err() != nil && (v.Type == typeTimeout || v.Type == "DeadlineExceeded") {
		return Verdict{}
	}
	return v
}

var byDefault = Chain(itself, Context, AWS, HTTP, GRPC, SQLState, Net)

// itself knows errors that say themselves that a retry helps. That one says no
// is about the attempts of its own client.
func itself(_ context.Context, err error) (v Verdict) {
	failure.Walk(err, func(err error) bool {
		if e, ok := err.(interface{ RetryableError() bool }); ok && e.RetryableError() {
			v = Verdict{Class: Retryable}
		}
		return v.Class != Unknown
	})
	return v
}

// Permanent marks err as one that no retry can help. The mark is found wherever
// it stands in the chain of what the activity returns. Like the other marks it
// needs [NewInterceptor] on the worker, and nil stays nil. For activities.
func Permanent(err error) error { return failure.Permanent(err) }

// After marks err as one to retry, and not before d has passed, at the earliest
// after a millisecond. A longer wait that the retry policy plans stands; for one
// that is shorter, use an application error with NextRetryDelay. See
// [Options.MaxRetryAfter].
func After(err error, d time.Duration) error { return failure.After(err, d) }

// Benign marks err as expected: the SDK logs it at debug level, and does not
// count it as a failed activity. Whether it is retried stays as it is. What
// errors.Join makes of several is benign when all of them are.
func Benign(err error) error { return failure.Benign(err) }

// Context knows the end of a context of the activity's own making, such as the
// time limit of one call: it is retryable. When the activity's own context has
// ended, the SDK has its rules, and the verdict is Unknown.
func Context(ctx context.Context, err error) Verdict {
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return Verdict{Class: Retryable, Type: "DeadlineExceeded"}
	}
	return Verdict{}
}
