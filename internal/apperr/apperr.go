// Package apperr finds our errors again on the far side of a Temporal
// boundary, where Go's error identity is gone and only types and details of
// application errors are left. It looks past the outermost error, because a
// wrapper renames it, and gives the same answer in a workflow, its parent, an
// activity and a client.
package apperr

import (
	"errors"
	"strings"

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
