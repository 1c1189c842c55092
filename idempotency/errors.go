package idempotency

import (
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// A Reason says why an activity did not do its work, or has no result. On the
// wire it is the type of a temporal.ApplicationError: "idempotency." and the
// reason.
type Reason string

// The reasons.
const (
	// ReasonInProgress says that another attempt is at the same work. It is tried
	// retry when that one's lease is over.
	ReasonInProgress Reason = "InProgress"
	// ReasonNeedsReview work may have had its effect, and waits for somebody to say so: see
	// [OnAbandonedNeedsReview] and [Guard.Resolve]. It is not retried.
	ReasonNeedsReview Reason = "Held"
	// ReasonMismatch says that the same key was used for another request. It is not
	// retried: correct the key. It is retried if the types of the arguments differ
	// too, since another build may have seen the same request.
	ReasonMismatch Reason = "Mismatch"
	// ReasonNoKey says that no key can be made. It is not retried, except when the service
	// may have forgotten the key: see [ActivityOptions].DownstreamTTL.
	ReasonNoKey Reason = "NoKey"
	// ReasonMisuse says that the program uses this package in a way that cannot work,
	// such as a guard within a guard. It is not retried: correct the program.
	ReasonMisuse Reason = "Misuse"
	// ReasonNoResult says that the work is done, and its result could not be kept, or
	// cannot be read. It is not retried, but for a codec that fails: look the
	// result up where it is.
	ReasonNoResult Reason = "NoResult"
	// ReasonLeaseLost says that another attempt has taken the work over. What this one
	// has found is discarded.
	ReasonLeaseLost Reason = "LeaseLost"
	// ReasonStoreUnavailable says that the store does not answer, so the work was not begun.
	// It is retried.
	ReasonStoreUnavailable Reason = "StoreDown"
	// ReasonDuplicateLabel says that two different requests to a service would have had the
	// same key. It is not retried: see [WithLabel].
	ReasonDuplicateLabel Reason = "SameLabel"
)

const errTypePrefix = "idempotency."

// ReasonOf returns why err says that work was not done, and "" when it is not an
// error of this package. It looks through causes and gives the same answer in an
// activity, its workflow and a client.
func ReasonOf(err error) Reason { return Reason(apperr.Condition(err, "idempotency")) }

// nonRetryable is an error that no retry can help.
func nonRetryable(reason Reason, text string) error {
	return temporal.NewNonRetryableApplicationError("idempotency: "+text, errTypePrefix+string(reason), nil)
}

// retryable is an error that time mends.
func retryable(reason Reason, text string, after time.Duration, cause error) error {
	return temporal.NewApplicationErrorWithOptions("idempotency: "+text, errTypePrefix+string(reason), temporal.ApplicationErrorOptions{
		NextRetryDelay: after, Cause: cause, Category: temporal.ApplicationErrorCategoryBenign,
	})
}

// NoEffect marks err as one of work that has had no effect, as when a service
// has refused the connection: the record is freed, and the next attempt begins
// anew, whatever is done about abandoned work. It says nothing about whether to
// try again. What joins several errors had no effect if all of them had none. Nil
// stays nil.
func NoEffect(err error) error { return failure.NoEffect(err) }
