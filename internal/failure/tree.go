package failure

import (
	"errors"
	"reflect"

	"go.temporal.io/sdk/temporal"
)

// Walk calls visit with each error of a tree, the outer ones first, until visit
// returns true. One walk with a type switch is far faster than errors.As for each
// type.
func Walk(err error, visit func(error) (done bool)) bool {
	for err != nil {
		if visit(err) {
			return true
		}
		switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
		case interface{ Unwrap() error }:
			err = x.Unwrap()
		case interface{ Unwrap() []error }:
			for _, inner := range x.Unwrap() {
				if Walk(inner, visit) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

// TypeName returns the type that the SDK records for an error: the type of an
// application error, or the name of its Go type without package and pointer.
// Errors made by errors.New have none.
func TypeName(err error) string {
	switch x := err.(type) { //nolint:errorlint // only the outermost error is asked
	case *retryMarkWithoutInterceptor:
		return TypeName(x.error)
	case *temporal.ApplicationError:
		return x.Type()
	}
	t := reflect.TypeOf(err)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == plainType {
		return ""
	}
	return t.Name()
}

// plainType is the name of the type of errors.New. The SDK compares names.
var plainType = reflect.TypeOf(errors.New("")).Elem().Name()

// isForeign reports whether err is the error of another execution: of a workflow or
// an activity that this activity has started or asked. It describes that execution,
// so a walk ends there. Such errors have types of their own, or were decoded from a
// message.
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

// ReplayedSource marks a failure that this activity itself had recorded.
// It arrives as a message and is not the error of another execution.
const ReplayedSource = "temporal-patterns"

// wasDecoded reports whether app was decoded from another execution's message. The
// SDK keeps the message in the error and returns it again, whereas it makes a new
// message each time for an error of this process.
func wasDecoded(app *temporal.ApplicationError) bool {
	converters := temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{DataConverter: newValueKeeper()})
	f := converters.ErrorToFailure(app)
	return f == converters.ErrorToFailure(app) && f.GetSource() != ReplayedSource
}
