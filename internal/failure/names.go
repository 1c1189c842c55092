package failure

import (
	"errors"
	"reflect"
	"slices"

	"go.temporal.io/sdk/temporal"
)

// TypeName is the type under which the SDK reports an error on the wire: that
// of an application error, else the bare name of its Go type, without package
// and pointer. Errors made by errors.New have none.
func TypeName(err error) string {
	if m, ok := err.(*mark); ok { //nolint:errorlint // only the outermost error is asked
		return TypeName(m.error)
	}
	if app, ok := err.(*temporal.ApplicationError); ok { //nolint:errorlint // only the outermost error is asked
		return app.Type()
	}
	t := reflect.TypeOf(err)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == reflect.TypeOf(errors.New("")).Elem() {
		return ""
	}
	return t.Name()
}

// Listed returns the type of the outermost error in err's tree that is in
// types; it is empty when there is none.
func Listed(err error, types []string) string {
	if len(types) == 0 {
		return ""
	}
	found := ""
	Walk(err, func(err error) bool {
		if name := TypeName(err); slices.Contains(types, name) {
			found = name
		}
		return found != ""
	})
	return found
}
