package protocol

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// Reasons that have no constant in package policy. Package approval documents them.
const (
	NewerVersion   tally.Reason = "NewerVersion"
	NotOpen        tally.Reason = "NotOpen"
	KeyReused      tally.Reason = "KeyReused"
	InvalidRequest tally.Reason = "InvalidRequest"
	// Duplicate refuses an update whose decision was counted before. Its detail is the
	// first receipt, which the client returns.
	Duplicate tally.Reason = "Duplicate"
)

const errTypePrefix = "approval."

// ReasonOf returns the reason of a refusal, and "" for any other error.
func ReasonOf(err error) tally.Reason { return tally.Reason(apperr.Condition(err, "approval")) }

// Refuse returns the error of a refusal. The text says what happened and what to do; the
// cause may be nil, and an empty gate names none.
func Refuse(cause error, reason tally.Reason, gate, text string, details ...any) error {
	what := "vote or request"
	if gate != "" {
		what = fmt.Sprintf("gate %q", gate)
	}
	return newRefusal(cause, reason, fmt.Sprintf("approval: %s: %s", what, text), details)
}

// RefuseAgain returns the error of a refusal that was made before, with its message.
func RefuseAgain(reason tally.Reason, message string) error {
	return newRefusal(nil, reason, message, nil)
}

// Message returns the message of a refusal, for [RefuseAgain].
func Message(err error) string {
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		return app.Message()
	}
	return err.Error()
}

func newRefusal(cause error, reason tally.Reason, message string, details []any) error {
	category := temporal.ApplicationErrorCategoryBenign // people's mistakes are no failures
	if reason == InvalidRequest {
		category = temporal.ApplicationErrorCategoryUnspecified
	}
	return temporal.NewApplicationErrorWithOptions(message, errTypePrefix+string(reason),
		temporal.ApplicationErrorOptions{
			NonRetryable: reason != NotOpen, // the only one that time alone can mend
			Category:     category,
			Details:      details,
			Cause:        cause,
		})
}

// RefusalOf turns an error of the packages policy and wire into the error of a refusal.
func RefusalOf(gate string, err error) error {
	var (
		byPolicy *tally.Refusal
		newer    *wire.NewerVersionError
		large    *wire.TooLargeError
	)
	switch {
	case errors.As(err, &byPolicy):
		return Refuse(nil, byPolicy.Reason, gate, byPolicy.Text)
	case errors.As(err, &newer):
		return Refuse(nil, NewerVersion, gate, err.Error())
	case errors.As(err, &large):
		return Refuse(nil, tally.ReasonTooLarge, gate, err.Error())
	default:
		return Refuse(nil, tally.ReasonMalformed, gate, err.Error())
	}
}

// FirstReceipt returns the receipt that refuses a decision sent before.
func FirstReceipt(err error) (Receipt, bool) {
	var r Receipt
	found := apperr.Details(err, errTypePrefix+string(Duplicate), &r)
	return r, found
}
