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
	// InProgress says that another attempt is at the same work. It is tried
	// again when that one's lease is over.
	InProgress Reason = "InProgress"
	// Held work may have had its effect, and waits for somebody to say so: see
	// [Hold] and [Guard.Resolve]. It is not retried.
	Held Reason = "Held"
	// Mismatch says that the same key was used for another request. It is not
	// retried: correct the key. It is retried if the types of the arguments differ
	// too, since another build may have seen the same request.
	Mismatch Reason = "Mismatch"
	// NoKey says that no key can be made. It is not retried, except when the service
	// may have forgotten the key: see [Call].DownstreamTTL.
	NoKey Reason = "NoKey"
	// Misuse says that the program uses this package in a way that cannot work,
	// such as a guard within a guard. It is not retried: correct the program.
	Misuse Reason = "Misuse"
	// NoResult says that the work is done, and its result could not be kept, or
	// cannot be read. It is not retried, but for a codec that fails: look the
	// result up where it is.
	NoResult Reason = "NoResult"
	// LeaseLost says that another attempt has taken the work over. What this one
	// has found is discarded.
	LeaseLost Reason = "LeaseLost"
	// StoreDown says that the store does not answer, so the work was not begun.
	// It is retried.
	StoreDown Reason = "StoreDown"
	// SameLabel says that two different requests to a service would have had the
	// same key. It is not retried: see [WithLabel].
	SameLabel Reason = "SameLabel"
)

const errTypePrefix = "idempotency."

// ReasonOf returns why err says that work was not done, and "" when it is not an
// error of this package. It looks through causes and gives the same answer in an
// activity, its workflow and a client.
func ReasonOf(err error) Reason { return Reason(apperr.Condition(err, "idempotency")) }

// refuse is an error that no retry can help.
func refuse(reason Reason, text string) error {
	return temporal.NewNonRetryableApplicationError("idempotency: "+text, errTypePrefix+string(reason), nil)
}

// later is an error that time mends.
func later(reason Reason, text string, after time.Duration, cause error) error {
	return temporal.NewApplicationErrorWithOptions("idempotency: "+text, errTypePrefix+string(reason), temporal.ApplicationErrorOptions{
		NextRetryDelay: after, Cause: cause, Category: temporal.ApplicationErrorCategoryBenign,
	})
}

// NoEffect marks err as one of work that has had no effect, as when a service
// has refused the connection: the record is freed, and the next attempt begins
// anew, whatever is done about abandoned work. It says nothing about whether to
// try again. What joins several errors had no effect if all of them had none. Nil
// stays nil.
func NoEffect(err error) error { return failure.MarkNoEffect(err) }
