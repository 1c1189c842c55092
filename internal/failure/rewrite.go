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
func (l Analysis) Render(delay time.Duration) error {
	if bare := WithoutNoEffect(l.err); l.tells(bare, delay) {
		return bare
	}
	o := temporal.ApplicationErrorOptions{NonRetryable: l.Retryability == NonRetryable, NextRetryDelay: delay}
	if l.Benign {
		o.Category = temporal.ApplicationErrorCategoryBenign
	}
	message, cause := l.err.Error(), errors.Unwrap(Unmark(l.err))
	if l.app != nil {
		cause = l.app.Unwrap()
		// Its own text names type and cause, which the new error does again.
		message = strings.Replace(message, l.app.Error(), l.app.Message(), 1)
		o.Details = details(l.app)
	}
	message = Text(message)
	if size := sizeOf(o.Details); size > maxDetails {
		o.Details = nil
		message += fmt.Sprintf(" (details of %d bytes left out)", size)
	}
	o.Cause = origin(l.why(delay), l.err, bounded(cause))
	return temporal.NewApplicationErrorWithOptions(message, l.Type, o)
}

// tells reports whether Temporal takes err as l does.
func (l Analysis) tells(err error, delay time.Duration) bool {
	if hasMark(err) || !isSendable(err) {
		return false
	}
	final := l.Retryability == NonRetryable
	if app, ok := err.(*temporal.ApplicationError); ok { //nolint:errorlint // the outermost error is what the SDK judges
		return (final == app.NonRetryable() || l.Source == SourcePolicy) && l.Type == app.Type() && delay == app.NextRetryDelay() &&
			l.Benign == (app.Category() == temporal.ApplicationErrorCategoryBenign)
	}
	return !final && l.Type == TypeName(err) && delay == 0 && !l.Benign
}

// why tells in one sentence why the error was rewritten.
func (l Analysis) why(delay time.Duration) string {
	switch {
	case l.parked:
		return "the attempt is parked"
	case l.Source == SourceMark && l.Retryability == NonRetryable:
		return "marked by retry.Permanent"
	case l.Source == SourceMark:
		return "marked by retry.After"
	case l.Source == SourcePolicy:
		return fmt.Sprintf("type %s is listed in NonRetryableErrorTypes", l.Type)
	case l.Source == SourceClassifier:
		return fmt.Sprintf("classified as %s, %s", l.Type, l.Retryability)
	case delay != l.Delay:
		return "delayed by package retry"
	case l.Source == SourceError && l.app != nil && Unmark(l.err) != error(l.app): //nolint:errorlint // whether it is the outermost
		return "an application error in its chain says so"
	case isBenign(l.err, false):
		return "marked by retry.Benign"
	case hasMark(l.err):
		return "a mark taken out by package retry"
	}
	return "bounded by package retry"
}

// Replace returns a final error of that type, with l's error below it.
func (l Analysis) Replace(message, typ string, details ...any) error {
	return temporal.NewApplicationErrorWithOptions(Text(message), typ, temporal.ApplicationErrorOptions{
		NonRetryable: true, Details: details,
		Cause: origin(l.why(l.Delay), l.err, bounded(Unmark(l.err))),
	})
}
