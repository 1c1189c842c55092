// Package apperr finds our errors again on the far side of a Temporal
// boundary, where Go's error identity is gone and only types and details of
// application errors are left. It looks past the outermost error, because a
// wrapper renames it, and gives the same answer in a workflow, its parent, an
// activity and a client.
package apperr

import (
	"errors"
	"strings"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"
)

// Condition returns C of the nearest application error in err's chain whose
// type is "<pkg>.C", and "" when there is none.
func Condition(err error, pkg string) string {
	app := find(err, func(errType string) bool { return strings.HasPrefix(errType, pkg+".") })
	if app == nil {
		return ""
	}
	return strings.TrimPrefix(app.Type(), pkg+".")
}

// Details decodes the first detail of the nearest application error of the
// given type into the pointer into, and reports whether there was one.
func Details(err error, errType string, into any) bool {
	app := find(err, func(t string) bool { return t == errType })
	return app != nil && app.HasDetails() && app.Details(into) == nil
}

func find(err error, match func(errType string) bool) *temporal.ApplicationError {
	var app *temporal.ApplicationError
	for errors.As(err, &app) {
		if match(app.Type()) {
			return app
		}
		err = app.Unwrap()
	}
	return nil
}

// Codes of gRPC for which the API has no error of its own, or one that says little.
const (
	resourceExhausted  = 8
	failedPrecondition = 9
	unauthenticated    = 16
)

// TooLarge reports whether gRPC has refused a message, or its answer, for its size.
// It says so as it says that a server is busy, but no other attempt will do better.
func TooLarge(err error) bool {
	s := serviceerror.ToStatus(err)
	return s.Code() == resourceExhausted && strings.Contains(s.Message(), "larger than max")
}

// Refused reports whether the error of a client's call says that the server or
// the workflow has refused it, so that nothing was recorded and nothing will
// be. Any other failure leaves that open.
func Refused(err error) bool {
	var (
		rejected      *temporal.ApplicationError
		notFound      *serviceerror.NotFound
		started       *serviceerror.WorkflowExecutionAlreadyStarted
		namespace     *serviceerror.NamespaceNotFound
		state         *serviceerror.NamespaceInvalidState
		argument      *serviceerror.InvalidArgument
		denied        *serviceerror.PermissionDenied
		unimplemented *serviceerror.Unimplemented
	)
	return errors.As(err, &rejected) || errors.As(err, &notFound) || errors.As(err, &started) ||
		errors.As(err, &namespace) || errors.As(err, &state) || errors.As(err, &argument) ||
		errors.As(err, &denied) || errors.As(err, &unimplemented) ||
		refusedByStatus(err)
}

func refusedByStatus(err error) bool {
	switch s := serviceerror.ToStatus(err); s.Code() {
	case unauthenticated:
		return true
	case failedPrecondition:
		return strings.Contains(s.Message(), "is paused")
	case resourceExhausted:
		return strings.Contains(s.Message(), "trying to send message larger than max") // which never left
	default:
		return false
	}
}
