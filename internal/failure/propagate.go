package failure

import (
	"strings"

	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/temporal"
)

// propagated is the message below an error that Propagate made.
const propagated = "propagated by retry.Propagate"

// Propagate returns an application error with the message, type, details and
// retryability of app, which is in err's chain. It drops app's delay, which was for
// another attempt. remote is the error of the activity or the child workflow between
// the two, or nil. Each text appears once in the result, and errors.Is and
// errors.As find err below it. Pure, for workflow code.
func Propagate(err, remote error, app *temporal.ApplicationError) error {
	inner, cause := error(app), app.Unwrap()
	if remote != nil {
		inner, cause = remote, withoutApplication(remote)
	}
	return temporal.NewApplicationErrorWithOptions(Text(strings.Replace(err.Error(), inner.Error(), app.Message(), 1)), app.Type(),
		temporal.ApplicationErrorOptions{
			NonRetryable: app.NonRetryable(), Category: app.Category(), Details: Details(app),
			Cause: newOrigin(propagated, err, cause, nil),
		})
}

// IsPropagated reports whether Propagate made app or the node below it, in this
// process or before app was sent.
func IsPropagated(app *temporal.ApplicationError) bool {
	if app.Message() == propagated {
		return true
	}
	switch x := app.Unwrap().(type) { //nolint:errorlint // the cause itself
	case *errorString:
		return x.Message() == propagated
	case *temporal.ApplicationError:
		return x.Message() == propagated
	}
	return false
}

// withoutApplication returns remote without the application error in its chain,
// which is above it now.
func withoutApplication(remote error) error {
	converters := temporal.GetDefaultFailureConverter()
	return converters.FailureToError(cutApplication(converters.ErrorToFailure(remote)))
}

// cutApplication copies, because the SDK returns the message that is in the error.
func cutApplication(f *failurepb.Failure) *failurepb.Failure {
	switch {
	case f == nil:
		return nil
	case f.GetApplicationFailureInfo() != nil:
		return f.GetCause()
	}
	return &failurepb.Failure{
		Message: f.GetMessage(), Source: f.GetSource(), StackTrace: f.GetStackTrace(), EncodedAttributes: f.GetEncodedAttributes(),
		FailureInfo: f.GetFailureInfo(), Cause: cutApplication(f.GetCause()),
	}
}
