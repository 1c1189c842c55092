package approval

import (
	"errors"

	"go.temporal.io/sdk/temporal"
)

// reasoned lets errors.Is find the reason of a refusal: identity does not travel,
// so the client gives the error that has come the [Reason] as its cause. It stays
// an application error, which means the same when an activity returns it.
func reasoned(err error) error {
	reason := ReasonOf(err)
	var app *temporal.ApplicationError
	if reason == "" || errors.Is(err, reason) || !errors.As(err, &app) {
		return err
	}
	return temporal.NewApplicationErrorWithOptions(app.Message(), app.Type(), temporal.ApplicationErrorOptions{
		NonRetryable: app.NonRetryable(), Category: app.Category(), NextRetryDelay: app.NextRetryDelay(), Cause: reason,
	})
}
