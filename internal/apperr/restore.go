package apperr

import (
	"errors"
	"fmt"
	"io"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// Restore returns err so that errors.Is finds its reason of type R, as it does
// not after err has crossed a boundary. The result is an application error with
// the message, type and attributes of the one that has the reason.
func Restore[R Reason](err error) error {
	reason, ok := ReasonOf[R](err)
	if !ok || errors.Is(err, reason) {
		return err
	}
	app := find(err, reason.Error())
	cause := app.Unwrap()
	if sent, ok := cause.(*temporal.ApplicationError); ok && sent.Message() == reason.Error() { //nolint:errorlint // the node of New
		cause = sent.Unwrap()
	}
	return withCause(app, &reasonError{reason: reason, cause: cause, sent: app})
}

// Outgoing returns an error of [New] for an answer to another process, which sees the
// type, the message and the cause. The node that holds the reason's identity would be sent
// as one more cause, which repeats the reason. Outgoing returns other errors as they are.
func Outgoing(err error) error {
	app, ok := err.(*temporal.ApplicationError) //nolint:errorlint // the outermost error is sent
	if !ok {
		return err
	}
	if node, ok := app.Unwrap().(*reasonError); ok { //nolint:errorlint // the node of New
		return withCause(app, node.cause)
	}
	return err
}

// withCause returns app with another cause, which may be nil.
func withCause(app *temporal.ApplicationError, cause error) error {
	options := temporal.ApplicationErrorOptions{
		NonRetryable: app.NonRetryable(), NextRetryDelay: app.NextRetryDelay(), Category: app.Category(), Cause: cause,
	}
	var encoded converter.RawValue
	var value any
	switch {
	case readDetail(app, &encoded): // of an error that was sent
		options.Details = []any{encoded}
	case readDetail(app, &value):
		options.Details = []any{value}
	}
	return temporal.NewApplicationErrorWithOptions(app.Message(), app.Type(), options)
}

// A reasonError stands between an application error and its cause, and holds the
// reason's identity.
type reasonError struct {
	reason error
	cause  error                      // may be nil
	sent   *temporal.ApplicationError // that Restore was given
}

// Error returns the reason alone. The SDK records it as the text of one failure,
// and the cause as the next.
func (e *reasonError) Error() string { return e.reason.Error() }

// Format prints the cause, for the text of the application error above, which has the
// reason already.
func (e *reasonError) Format(s fmt.State, _ rune) {
	text := "no further cause"
	if e.cause != nil {
		text = e.cause.Error()
	}
	_, _ = io.WriteString(s, text)
}

func (e *reasonError) Is(target error) bool { return target == e.reason }
func (e *reasonError) Unwrap() error        { return e.cause }
