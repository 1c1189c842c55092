package idempotency

import (
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// A Reason says why an activity did not do its work, or has no result. It is an error:
// errors.Is(err, idempotency.ReasonNeedsReview) holds for an error that this process got
// from this package. After an error has crossed from an activity to a workflow or a
// client, use [ReasonOf]. On the wire a reason is the type of a
// temporal.ApplicationError: "idempotency." and the reason.
type Reason string

// The reasons.
const (
	// ReasonInProgress: another attempt is doing the same work. Retryable; the delay of
	// the retry is set.
	ReasonInProgress Reason = "InProgress"
	// ReasonNeedsReview: the work may have had its effect, and a person must find out
	// and call [Guard.Resolve], [Guard.ResolveError] or [Guard.Retry]. Not retryable.
	ReasonNeedsReview Reason = "NeedsReview"
	// ReasonMismatch: the same key was used for another request. Not retryable: correct
	// the key. It is retryable if the types of the arguments differ too, since another
	// build may have seen the same request.
	ReasonMismatch Reason = "Mismatch"
	// ReasonNoKey: no key can be made. Not retryable, unless the service may have
	// forgotten the key: see [ActivityOptions].DownstreamTTL.
	ReasonNoKey Reason = "NoKey"
	// ReasonMisuse: the program uses this package in a way that cannot work, such as a
	// guard within a guard, or two requests to a service that would have the same key (see
	// [WithLabel]). Not retryable: correct the program.
	ReasonMisuse Reason = "Misuse"
	// ReasonNoResult: the work is done, and its result could not be stored or cannot be
	// read. Not retryable, unless a codec fails: look the result up at its origin.
	ReasonNoResult Reason = "NoResult"
	// ReasonLeaseLost: another attempt has taken the work over, or may do so. The result
	// of this one is discarded. Retryable.
	ReasonLeaseLost Reason = "LeaseLost"
	// ReasonStoreUnavailable: the store does not answer, so the work was not started.
	// Retryable.
	ReasonStoreUnavailable Reason = "StoreUnavailable"
)

// Error returns the reason as it is on the wire.
func (r Reason) Error() string { return "idempotency." + string(r) }

// ReasonOf returns the reason of the nearest error of this package in err's tree, and
// reports whether there is one. It answers alike in an activity, its workflow and a
// client.
func ReasonOf(err error) (Reason, bool) { return apperr.ReasonOf[Reason](err) }

// hasReason reports whether err is an error of this package with that reason.
func hasReason(err error, reason Reason) bool {
	got, ok := ReasonOf(err)
	return ok && got == reason
}

// nonRetryable returns an error that no retry can help.
func nonRetryable(reason Reason, format string, args ...any) error {
	return apperr.New(reason, "idempotency: "+fmt.Sprintf(format, args...), apperr.Options{})
}

// retryable returns an error that may be gone at the next attempt, after that delay if it is
// not zero.
func retryable(reason Reason, after time.Duration, format string, args ...any) error {
	return apperr.New(reason, "idempotency: "+fmt.Sprintf(format, args...), apperr.Options{Retryable: true, RetryAfter: after, Benign: true})
}

// NoEffect marks err as the error of work that had no effect, such as a connection that
// the service refused. The record is released, and the next attempt starts the work
// again, whatever [ActivityOptions].ReviewAbandoned says. NoEffect does not say whether to
// retry. A joined error had no effect if all errors in it had none. NoEffect of nil is
// nil.
func NoEffect(err error) error { return failure.MarkNoEffect(err) }
