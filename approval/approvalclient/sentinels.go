package approvalclient

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// reasoned lets errors.Is find the reason of a refusal: identity does not travel,
// so the client gives the error that has come the [Reason] as its cause, before the
// one that it has. It stays
// an application error, which means the same when an activity returns it.
func reasoned(err error) error {
	reason := approval.ReasonOf(err)
	var app *temporal.ApplicationError
	if reason == "" || errors.Is(err, reason) || !errors.As(err, &app) {
		return err
	}
	var cause error = reason
	if app.Unwrap() != nil {
		cause = fmt.Errorf("%w: %w", reason, app.Unwrap())
	}
	return temporal.NewApplicationErrorWithOptions(app.Message(), app.Type(), temporal.ApplicationErrorOptions{
		NonRetryable: app.NonRetryable(), Category: app.Category(), NextRetryDelay: app.NextRetryDelay(), Cause: cause,
	})
}
