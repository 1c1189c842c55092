package failure

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
)

// Render returns the error in a form that Temporal acts on; a delay that is not 0
// is the wait before the next attempt. An error that already has that form is
// returned as it is. Otherwise the result is an application error, below which
// errors.Is and errors.As find the original.
func (a Analysis) Render(delay time.Duration) error {
	if bare := WithoutNoEffect(a.err); a.describes(bare, delay) {
		return bare
	}
	o := temporal.ApplicationErrorOptions{NonRetryable: a.Retryability == NonRetryable, NextRetryDelay: delay}
	if a.Benign {
		o.Category = temporal.ApplicationErrorCategoryBenign
	}
	message, cause := a.err.Error(), errors.Unwrap(Unmark(a.err))
	if a.app != nil {
		cause = a.app.Unwrap()
		// Its own text names type and cause, and the new error does so again.
		message = strings.Replace(message, a.app.Error(), a.app.Message(), 1)
		o.Details = Details(a.app)
	}
	message = Text(message)
	if size := sizeOf(o.Details); size > maxDetails {
		o.Details = nil
		message += fmt.Sprintf(" (details of %d bytes left out)", size)
	}
	o.Cause = newOrigin(a.explain(delay), a.err, bounded(cause), a.shortCircuited)
	return temporal.NewApplicationErrorWithOptions(message, a.Type, o)
}

// describes reports whether Temporal takes err for what the analysis says.
func (a Analysis) describes(err error, delay time.Duration) bool {
	if hasMark(err) || !isSendable(err) {
		return false
	}
	nonRetryable := a.Retryability == NonRetryable
	app, ok := err.(*temporal.ApplicationError) //nolint:errorlint // the SDK looks at the outermost error
	if !ok {
		return !nonRetryable && a.Type == TypeName(err) && delay == 0 && !a.Benign
	}
	return (nonRetryable == app.NonRetryable() || a.Source == SourcePolicy) && a.Type == app.Type() && delay == app.NextRetryDelay() &&
		a.Benign == (app.Category() == temporal.ApplicationErrorCategoryBenign)
}

// explain returns in a few words why the error was rewritten.
func (a Analysis) explain(delay time.Duration) string {
	switch {
	case a.shortCircuited != nil:
		return "the attempt did not run"
	case a.Source == SourceMark && a.Retryability == NonRetryable:
		return "marked by retry.NonRetryable"
	case a.Source == SourceMark:
		return "marked by retry.After"
	case a.Source == SourcePolicy:
		return fmt.Sprintf("type %s is listed in NonRetryableErrorTypes", a.Type)
	case a.Source == SourceClassifier:
		return fmt.Sprintf("classified as %s, %s", a.Type, a.Retryability)
	case delay != a.Delay:
		return "delayed by package retry"
	case a.Source == SourceError && a.app != nil && Unmark(a.err) != error(a.app): //nolint:errorlint // whether it is the outermost
		return "an application error in its chain says so"
	case isBenign(a.err, false):
		return "marked by retry.Benign"
	case hasMark(a.err):
		return "a mark removed by package retry"
	}
	return "bounded by package retry"
}

// Replace returns a non-retryable error with this reason, message and detail, above
// the analyzed error. errors.Is finds the reason.
func (a Analysis) Replace(reason error, message string, detail any) error {
	return temporal.NewApplicationErrorWithOptions(Text(message), reason.Error(), temporal.ApplicationErrorOptions{
		NonRetryable: true, Details: []any{detail},
		Cause: newOrigin(a.explain(a.Delay), a.err, bounded(Unmark(a.err)), reason),
	})
}

// An errorString stands below a rewritten error. It leads errors.Is and errors.As
// to the error that was rewritten, and tells Temporal in a few words why, in place
// of a second copy of its text. The SDK records the name of a Go type as the type of
// an error, and leaves out this one name. Its message is the message of the
// application error inside, without the cause.
type errorString struct {
	*temporal.ApplicationError

	original error
	reason   error // may be nil
}

// newOrigin returns the cause of an error that was made of original. cause is what
// Temporal records below it.
func newOrigin(explanation string, original, cause, reason error) error {
	inner := temporal.NewApplicationErrorWithOptions(explanation, "", temporal.ApplicationErrorOptions{Cause: cause})
	app, _ := inner.(*temporal.ApplicationError) //nolint:errorlint // it was made here
	return &errorString{ApplicationError: app, original: original, reason: reason}
}

func (e *errorString) Is(target error) bool {
	return e.reason != nil && target == e.reason || errors.Is(e.original, target)
}

func (e *errorString) As(target any) bool { return errors.As(e.original, target) }
