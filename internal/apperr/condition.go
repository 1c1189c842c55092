package apperr

import (
	"strings"

	"go.temporal.io/sdk/temporal"
)

// Condition returns C of the nearest application error in err's tree whose type
// is "<pkg>.C", and "" when there is none. New code uses [ReasonOf].
func Condition(err error, pkg string) (condition string) {
	walk(err, func(err error) bool {
		app, ok := err.(*temporal.ApplicationError) //nolint:errorlint // walk takes the tree apart
		if !ok {
			return false
		}
		name, found := strings.CutPrefix(app.Type(), pkg+".")
		if found {
			condition = name
		}
		return found
	})
	return condition
}

// Details decodes the first detail of the nearest application error of that
// type into the pointer into, and reports whether there was one. New code
// uses [As].
func Details(err error, errType string, into any) bool {
	app := find(err, errType)
	return app != nil && app.HasDetails() && app.Details(into) == nil
}
