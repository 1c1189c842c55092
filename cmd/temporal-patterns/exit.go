package main

import (
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// The exit codes.
const (
	exitOK       = 0
	exitFailed   = 1
	exitUsage    = 2
	exitNotFound = 3
	exitRefused  = 4
	exitUnknown  = 5
)

// A codedError is an error with the exit code that it stands for.
type codedError struct {
	error
	code int
}

func (e codedError) Unwrap() error { return e.error }

func usage(format string, args ...any) error {
	return codedError{error: fmt.Errorf(format, args...), code: exitUsage}
}

// textOf returns the text of an error for people: of a refusal, the message, the reason
// once, and the cause if there is one.
func textOf(err error) string {
	reason, refused := approvalclient.ReasonOf(err)
	var app *temporal.ApplicationError
	if !refused || !errors.As(err, &app) || app.Type() != reason.Error() {
		return err.Error()
	}
	text := fmt.Sprintf("%s (%s)", app.Message(), reason)
	if cause := errors.Unwrap(app.Unwrap()); cause != nil {
		text += ": " + cause.Error()
	}
	return text
}

// codeOf returns the exit code of an error.
func codeOf(err error) int {
	var coded codedError
	var notFound *serviceerror.NotFound
	reason, hasReason := approvalclient.ReasonOf(err)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &coded):
		return coded.code
	case errors.Is(err, driver.ErrNoRecord), errors.As(err, &notFound):
		return exitNotFound
	case errors.Is(err, driver.ErrLeaseLost):
		return exitRefused
	case !hasReason:
		return exitFailed
	case reason == approvalclient.ReasonUnknownWorkflow, reason == approval.ReasonNotOpen:
		return exitNotFound
	case reason == approvalclient.ReasonNotSent:
		return exitFailed
	default:
		return exitRefused
	}
}
