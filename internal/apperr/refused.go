package apperr

import (
	"errors"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/temporal"
)

// Codes of gRPC for which the API has no error of its own, or one that says little.
const (
	resourceExhausted = 8
	internal          = 13
	unauthenticated   = 16
)

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
		serviceerror.ToStatus(err).Code() == unauthenticated ||
		Paused(err) || UpdateLimit(err) || neverSent(err)
}

// Paused reports whether the server has refused an update or a query because an
// operator has paused the workflow. The workflow still takes signals.
func Paused(err error) bool {
	var (
		precondition *serviceerror.FailedPrecondition
		rejected     *temporal.QueryRejectedError
	)
	switch {
	case errors.As(err, &precondition): // the server has no error of its own for it
		return strings.HasPrefix(precondition.Message, "Workflow is paused")
	case errors.As(err, &rejected):
		return rejected.QueryRejected().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_PAUSED
	}
	return false
}

// UpdateLimit reports whether the server has refused an update because the run
// has as many as it takes, in all or at a time. The server looks for a known
// update ID first, so the update was not taken before either.
func UpdateLimit(err error) bool {
	var (
		precondition *serviceerror.FailedPrecondition
		exhausted    *serviceerror.ResourceExhausted
	)
	switch {
	case errors.As(err, &precondition):
		return strings.Contains(precondition.Message, "limit on the total number of distinct updates")
	case errors.As(err, &exhausted):
		return exhausted.Cause == enumspb.RESOURCE_EXHAUSTED_CAUSE_CONCURRENT_LIMIT
	}
	return false
}

// TooLarge reports whether gRPC has refused a message, or its answer, for its size.
// It says so as it says that a server is busy, but no other attempt will do better.
func TooLarge(err error) bool {
	s := serviceerror.ToStatus(err)
	return s.Code() == resourceExhausted && strings.Contains(s.Message(), "larger than max")
}

// Unsendable reports whether gRPC cannot send a call because an ID in it, which the
// SDK also writes into a header, has characters other than printable ASCII.
func Unsendable(err error) bool {
	s := serviceerror.ToStatus(err)
	return s.Code() == internal && strings.Contains(s.Message(), "contains value with non-printable ASCII characters")
}

// neverSent reports whether gRPC has not sent a call.
func neverSent(err error) bool {
	return Unsendable(err) || TooLarge(err) && strings.Contains(serviceerror.ToStatus(err).Message(), "trying to send message")
}
