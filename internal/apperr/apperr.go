// Package apperr is the error model that the packages of this module share.
// Each has a type Reason, whose values are errors and whose Error method
// returns the type of the application error on the wire. [New] makes such an
// application error, [ReasonOf] finds its reason and [As] its detail.
//
// Go's error identity ends where Temporal serializes an error; types and
// details are left. ReasonOf and As need only those, so they answer alike in a
// workflow, its parent, an activity and a client. errors.Is finds a reason in
// the process that made the error, and after [Restore].
package apperr

import (
	"errors"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
)

// A Reason is a reason of a package. Error returns the name of the
// package, a dot and the reason: the type of the application error.
type Reason interface {
	~string
	error
}

// Options describes an application error. The zero value makes one that cannot
// be retried.
type Options struct {
	// Cause sets the error below this one. It must not be a cancellation: the SDK
	// would close a workflow that returns it as canceled.
	Cause error
	// Detail holds what [As] finds. Nil is none.
	Detail any
	// Retryable errors may be gone at the next attempt.
	Retryable bool
	// RetryAfter sets the delay before the next attempt. Zero leaves it to the
	// retry policy.
	RetryAfter time.Duration
	// Benign errors are expected: the SDK neither logs nor counts them as failures.
	Benign bool
}

// New returns the application error of a reason. errors.Is finds the reason
// in it, and errors.As the cause.
func New[R Reason](reason R, message string, o Options) error {
	options := temporal.ApplicationErrorOptions{
		NonRetryable: !o.Retryable, NextRetryDelay: o.RetryAfter, Cause: &reasonError{reason: reason, cause: o.Cause},
	}
	if o.Detail != nil {
		options.Details = []any{o.Detail}
	}
	if o.Benign {
		options.Category = temporal.ApplicationErrorCategoryBenign
	}
	return temporal.NewApplicationErrorWithOptions(message, reason.Error(), options)
}

// ReasonOf returns the reason of the nearest error in err's tree that has one of
// type R. It looks below the outermost error, because a wrapper hides its type.
func ReasonOf[R Reason](err error) (reason R, ok bool) {
	prefix := reason.Error() // of the empty reason: the name of the package and the dot
	walk(err, func(err error) bool {
		switch e := err.(type) { //nolint:errorlint // walk takes the tree apart
		case *temporal.ApplicationError:
			if name, found := strings.CutPrefix(e.Type(), prefix); found {
				reason, ok = R(name), true
			}
		case R:
			reason, ok = e, true
		}
		return ok
	})
	return reason, ok
}

// As returns the detail of the nearest application error of that reason, and
// reports whether err has one. The detail is zero when it is missing, is of
// another type, or a payload codec fails on it.
func As[T any, R Reason](err error, reason R) (detail T, ok bool) {
	app := find(err, reason.Error())
	if app == nil {
		return detail, false
	}
	var read T
	if node, restored := app.Unwrap().(*reasonError); restored && node.sent != nil { //nolint:errorlint // the node of Restore
		app = node.sent
	}
	if readDetail(app, &read) {
		detail = read
	}
	return detail, true
}

// readDetail reads the first detail into the pointer into. The SDK panics when
// an error that was not sent has a detail of another type.
func readDetail(app *temporal.ApplicationError, into any) (ok bool) {
	defer func() {
		p := recover()
		if text, mismatch := p.(string); p != nil && !(mismatch && strings.HasPrefix(text, "reflect.")) {
			//archtest:panic it is not the SDK's about the type of the detail
			panic(p)
		}
	}()
	return app.HasDetails() && app.Details(into) == nil
}

func find(err error, errType string) (app *temporal.ApplicationError) {
	walk(err, func(err error) bool {
		a, ok := err.(*temporal.ApplicationError) //nolint:errorlint // walk takes the tree apart
		if ok && a.Type() == errType {
			app = a
		}
		return app != nil
	})
	return app
}

// walk calls visit with the errors of a tree, outer ones first, until visit
// returns true.
func walk(err error, visit func(error) bool) bool {
	for err != nil {
		if visit(err) {
			return true
		}
		many, ok := err.(interface{ Unwrap() []error })
		if !ok {
			err = errors.Unwrap(err)
			continue
		}
		for _, inner := range many.Unwrap() {
			if walk(inner, visit) {
				return true
			}
		}
		return false
	}
	return false
}
