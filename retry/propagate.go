package retry

import (
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// LastFailure returns the error of the last attempt: what the activity or the child
// workflow returned, or the timeout that ended it. If err comes from neither,
// LastFailure returns err. For workflow code.
func LastFailure(err error) error {
	if e := outermostExecution(err); e.cause != nil {
		return e.cause
	}
	return err
}

// Propagate returns the error of an activity or a child workflow in a form that the
// workflow's own RetryPolicy, or its parent's, can judge: an application error with
// the type, the details and the retryability of the last failure. Without Propagate
// Temporal takes the error of an activity for retryable, whatever it wraps.
// Cancellation, timeouts and other errors are returned as they are. errors.Is and
// errors.As find err below the result. For workflow code.
func Propagate(err error) error {
	e := outermostExecution(err)
	if e.err == nil {
		e.cause = err
	}
	app := lastFailureIn(e.cause).app
	if app == nil || error(app) == err || temporal.IsCanceledError(err) { //nolint:errorlint // whether it is the outermost
		return err
	}
	return failure.Propagate(err, e.err, app)
}

// An execution is an activity or a child workflow that has failed.
type execution struct {
	err   error // nil for none
	state enumspb.RetryState
	cause error
}

// outermostExecution finds the outermost error of an activity or a child workflow.
func outermostExecution(err error) (found execution) {
	failure.Walk(err, func(err error) bool {
		switch e := err.(type) { //nolint:errorlint // Walk takes the tree apart
		case *temporal.ActivityError:
			found = execution{err: e, state: e.RetryState(), cause: e.Unwrap()}
		case *temporal.ChildWorkflowExecutionError:
			found = execution{err: e, state: e.RetryState(), cause: e.Unwrap()}
		}
		return found.err != nil
	})
	return found
}
