package failure

import (
	"errors"

	"go.temporal.io/sdk/temporal"
)

// errorString stands below a rewritten error. It leads errors.Is and errors.As to
// the error that was rewritten, and tells Temporal in a few words why that was
// done, in place of a second copy of its text. The SDK takes the name of a Go
// type for the type on the wire, and leaves out this one name. Its message is
// that of the application error inside, without the cause.
type errorString struct {
	*temporal.ApplicationError

	original error
}

// origin returns the cause of an error that was made of original. cause is what
// Temporal is to see below it.
func origin(why string, original, cause error) error {
	inner := temporal.NewApplicationErrorWithOptions(why, "", temporal.ApplicationErrorOptions{Cause: cause})
	app, _ := inner.(*temporal.ApplicationError) //nolint:errorlint // it was made here
	return &errorString{app, original}
}

func (e *errorString) Is(target error) bool { return errors.Is(e.original, target) }
func (e *errorString) As(target any) bool   { return errors.As(e.original, target) }
