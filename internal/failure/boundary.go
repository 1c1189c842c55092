package failure

import "go.temporal.io/sdk/temporal"

// isForeign reports whether err is the error of another execution: of a workflow
// or an activity that this activity has started or asked. What stands in it was
// messageOf of that execution, so a walk ends there. Such errors are of a type of
// their own, or arrived as a message and were no error of this process.
func isForeign(err error) bool {
	switch x := err.(type) { //nolint:errorlint // the walk asks each error
	case *temporal.ActivityError, *temporal.ChildWorkflowExecutionError, *temporal.WorkflowExecutionError, *temporal.NexusOperationError,
		*temporal.TimeoutError, *temporal.TerminatedError, *temporal.ServerError:
		return true
	case *temporal.ApplicationError:
		return wasDecoded(x)
	}
	return false
}

// ReplayedSource is the source of a failure that this activity itself had recorded. It
// arrives as a message and is no other execution's.
const ReplayedSource = "temporal-patterns"

// wasDecoded reports whether app was decoded from another execution's message. The
// SDK keeps the message in the error and gives it out again, and makes a new one
// each time for an error of this process.
func wasDecoded(app *temporal.ApplicationError) bool {
	converters := temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{DataConverter: newValueKeeper()})
	f := converters.ErrorToFailure(app)
	return f == converters.ErrorToFailure(app) && f.GetSource() != ReplayedSource
}
