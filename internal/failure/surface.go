package failure

import (
	"strings"

	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/temporal"
)

// Surface returns an application error that says of err what app, which is in its
// chain, says of itself, but for its delay, which was for another attempt. remote
// is the error of the activity or the child workflow between the two; nil is
// none. Each text stands in the result once, and errors.Is and errors.As find
// err below it. Pure, for workflow code.
func Surface(err, remote error, app *temporal.ApplicationError) error {
	inner, cause := error(app), app.Unwrap()
	if remote != nil {
		inner, cause = remote, without(remote)
	}
	return temporal.NewApplicationErrorWithOptions(Text(strings.Replace(err.Error(), inner.Error(), app.Message(), 1)), app.Type(),
		temporal.ApplicationErrorOptions{
			NonRetryable: app.NonRetryable(), Category: app.Category(), Details: Details(app),
			Cause: origin("surfaced by retry.Surface", err, cause),
		})
}

// without returns remote without the application error in its chain, which stands
// above it now.
func without(remote error) error {
	converters := temporal.GetDefaultFailureConverter()
	return converters.FailureToError(cut(converters.ErrorToFailure(remote)))
}

// cut copies, since the SDK hands out the message that is in the error.
func cut(f *failurepb.Failure) *failurepb.Failure {
	switch {
	case f == nil:
		return nil
	case f.GetApplicationFailureInfo() != nil:
		return f.GetCause()
	}
	return &failurepb.Failure{
		Message: f.GetMessage(), Source: f.GetSource(), StackTrace: f.GetStackTrace(), EncodedAttributes: f.GetEncodedAttributes(),
		FailureInfo: f.GetFailureInfo(), Cause: cut(f.GetCause()),
	}
}
