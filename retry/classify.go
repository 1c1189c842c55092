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

// A Classifier judges the errors of activities. It gets the activity's context
// and the error as the activity returned it, and answers Unknown to what it does
// not know. It must be safe for concurrent use.
type Classifier = failure.Classifier

// Chain asks one classifier after the other until one knows the error. Put
// your own before [Default] to override any of its rows.
func Chain(classifiers ...Classifier) Classifier { return failure.Chain(classifiers...) }

// Default asks [Context], [HTTP], [GRPC], [SQLState] and [Net], in this order.
// Errors of decoding are unknown to it: whether it was a request, which stays as
// it is, or a response, which may be better the next time, the activity knows;
// see [Permanent].
func Default(ctx context.Context, err error) Verdict { return byDefault(ctx, err) }

var byDefault = Chain(Context, HTTP, GRPC, SQLState, Net)

// Permanent marks err as one that no retry can help. The mark is found wherever
// it stands in the chain of what the activity returns. Like the other marks it
// needs [NewInterceptor] on the worker, and nil stays nil. For activities.
func Permanent(err error) error { return failure.Permanent(err) }

// After marks err as one to retry when d has passed, at the earliest after a
// millisecond. See [Options.MaxRetryAfter].
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

// SQLState knows errors with a method SQLState() string, as those of pgx and
// lib/pq have it, and of pgx those with SafeToRetry() bool. Retryable are
// conflicts (40001, 40P01, 55P03), canceled statements (57014) unless the
// activity has ended, shutdowns (57P01 to 57P03), and the classes 53
// (resources) and 08 (connection). Final are the classes 22 (data), 23
// (constraints), 28 (login), 42 (syntax and permission) and 0A (not
// supported). See https://www.postgresql.org/docs/current/errcodes-appendix.html.
//
// A constraint that a retry violates (23505) may be the first attempt's own row:
// then an earlier attempt has taken effect.
func SQLState(ctx context.Context, err error) Verdict {
	code, safe := "", false
	failure.Walk(err, func(err error) bool {
		if e, ok := err.(interface{ SQLState() string }); ok {
			code = e.SQLState()
		}
		if e, ok := err.(interface{ SafeToRetry() bool }); ok {
			safe = safe || e.SafeToRetry()
		}
		return code != ""
	})
	switch {
	case len(code) == 5:
	case safe:
		return Verdict{Class: Retryable, Type: "NotSent"}
	default:
		return Verdict{}
	}
	v := Verdict{Type: "SQLSTATE " + code}
	switch code {
	case "40001", "40P01", "55P03", "57P01", "57P02", "57P03":
		v.Class = Retryable
	case "57014":
		if ctx.Err() == nil {
			v.Class = Retryable
		}
	}
	switch code[:2] {
	case "53", "08":
		v.Class = Retryable
	case "22", "23", "28", "42", "0A":
		v.Class = Final
	}
	if v.Class == Unknown {
		return Verdict{}
	}
	return v
}
