package failure

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
)

// Failure returns the error as Temporal understands it. With delay it asks for
// the next attempt after so long. An error that says so itself is returned as it
// is; otherwise an application error tells what Temporal needs to know, and
// errors.Is and errors.As find the original below it.
func (l Lifted) Failure(delay time.Duration) error {
	if bare := WithoutNoEffect(l.err); l.tells(bare, delay) {
		return bare
	}
	o := temporal.ApplicationErrorOptions{NonRetryable: l.Class == NonRetryable, NextRetryDelay: delay}
	if l.Benign {
		o.Category = temporal.ApplicationErrorCategoryBenign
	}
	message, cause := l.err.Error(), errors.Unwrap(Bare(l.err))
	if l.app != nil {
		cause = l.app.Unwrap()
		// Its own text names type and cause, which the new error does again.
		message = strings.Replace(message, l.app.Error(), l.app.Message(), 1)
		o.Details = Details(l.app)
	}
	message = Text(message)
	if size := sizeOf(o.Details); size > maxDetails {
		o.Details = nil
		message += fmt.Sprintf(" (details of %d bytes left out)", size)
	}
	o.Cause = origin(l.why(delay), l.err, tidy(cause))
	return temporal.NewApplicationErrorWithOptions(message, l.Type, o)
}

// tells reports whether Temporal takes err as l does.
func (l Lifted) tells(err error, delay time.Duration) bool {
	if hasMark(err) || !sendable(err) {
		return false
	}
	final := l.Class == NonRetryable
	if app, ok := err.(*temporal.ApplicationError); ok { //nolint:errorlint // the outermost error is what the SDK judges
		return (final == app.NonRetryable() || l.By == ByList) && l.Type == app.Type() && delay == app.NextRetryDelay() &&
			l.Benign == (app.Category() == temporal.ApplicationErrorCategoryBenign)
	}
	return !final && l.Type == TypeName(err) && delay == 0 && !l.Benign
}

// why tells in one sentence why the error was rewritten.
func (l Lifted) why(delay time.Duration) string {
	switch {
	case l.parked:
		return "the attempt is parked"
	case l.By == ByMark && l.Class == NonRetryable:
		return "marked by retry.Permanent"
	case l.By == ByMark:
		return "marked by retry.After"
	case l.By == ByList:
		return fmt.Sprintf("type %s is listed in NonRetryableErrorTypes", l.Type)
	case l.By == ByClassifier:
		return fmt.Sprintf("classified as %s, %s", l.Type, l.Class)
	case delay != l.Delay:
		return "delayed by package retry"
	case l.By == ByError && l.app != nil && Bare(l.err) != error(l.app): //nolint:errorlint // whether it is the outermost
		return "an application error in its chain says so"
	case expected(l.err, false):
		return "marked by retry.Benign"
	case hasMark(l.err):
		return "a mark taken out by package retry"
	}
	return "bounded by package retry"
}

// Replace returns a final error of that type, with l's error below it.
func (l Lifted) Replace(message, typ string, details ...any) error {
	return temporal.NewApplicationErrorWithOptions(Text(message), typ, temporal.ApplicationErrorOptions{
		NonRetryable: true, Details: details,
		Cause: origin(l.why(l.Delay), l.err, tidy(Bare(l.err))),
	})
}
