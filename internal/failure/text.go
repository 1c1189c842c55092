package failure

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"go.temporal.io/sdk/temporal"
)

const (
	// maxText bounds each text of a failure that is made here.
	maxText = 8 << 10
	// maxChain bounds its causes.
	maxChain = 16
	// unsendable is the size from which on an error is not left as it is: with
	// more than four megabytes a worker cannot tell its server of it, so that the
	// attempt is lost and made again.
	unsendable = 1 << 20
)

// Text returns text as valid UTF-8, and cuts it after some kilobytes, with a note
// of its length.
func Text(text string) string {
	size := len(text)
	if size > maxText {
		text = text[:maxText]
		for len(text) > 0 && !utf8.RuneStart(text[len(text)-1]) {
			text = text[:len(text)-1]
		}
		if last, n := utf8.DecodeLastRuneInString(text); last == utf8.RuneError && n == 1 && len(text) > 0 {
			text = text[:len(text)-1] // the first byte of a rune that is cut
		}
	}
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	if size > maxText {
		text += fmt.Sprintf(" … (cut, %d bytes)", size)
	}
	return text
}

// messageOf returns the text that the SDK takes as the message of err.
func messageOf(err error) string {
	if app, ok := err.(*temporal.ApplicationError); ok { //nolint:errorlint // only this error is asked
		return app.Message()
	}
	return err.Error()
}

// isSendable reports whether a worker can tell its server of err as it is. The
// error of another execution was on a server before.
func isSendable(err error) bool {
	size := 0
	for ; err != nil && !isForeign(err); err = errors.Unwrap(err) {
		text := messageOf(err)
		if size += len(text); size > unsendable || !utf8.ValidString(text) {
			return false
		}
	}
	return true
}

// bounded returns the cause of a failure without marks, and with bounds. A cause that
// needs neither is returned as it is.
func bounded(err error) error {
	if err == nil || !hasMark(err) && isBounded(err) {
		return err
	}
	return rebuild(err, maxChain)
}

// isBounded reports whether all texts and details in err's chain are within bounds.
func isBounded(err error) bool {
	n := 0
	for ; err != nil && !isForeign(err); err = errors.Unwrap(err) {
		if text := messageOf(err); len(text) > maxText || !utf8.ValidString(text) {
			return false
		}
		app, ok := err.(*temporal.ApplicationError) //nolint:errorlint // only this error is asked
		if n++; n > maxChain || ok && sizeOf(Details(app)) > maxDetails {
			return false
		}
	}
	return true
}

// rebuild makes of each error in the chain what the SDK would make of it.
func rebuild(err error, room int) error {
	if err = Unmark(err); err == nil || isForeign(err) {
		return err
	}
	o := temporal.ApplicationErrorOptions{}
	next := errors.Unwrap(err)
	if app, ok := err.(*temporal.ApplicationError); ok { //nolint:errorlint // only this error is asked
		o.NonRetryable, o.Category, o.NextRetryDelay, o.Details = app.NonRetryable(), app.Category(), app.NextRetryDelay(), Details(app)
		if sizeOf(o.Details) > maxDetails {
			o.Details = nil
		}
	}
	if next != nil {
		if room > 1 {
			o.Cause = rebuild(next, room-1)
		} else {
			o.Cause = temporal.NewApplicationError("further causes are left out", "")
		}
	}
	return temporal.NewApplicationErrorWithOptions(Text(messageOf(err)), TypeName(err), o)
}
