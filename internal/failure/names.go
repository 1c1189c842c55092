package failure

import (
	"errors"
	"reflect"

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
	if t.Name() == plainType {
		return ""
	}
	return t.Name()
}

// plainType is the name of the type of errors.New. The SDK compares names.
var plainType = reflect.TypeOf(errors.New("")).Elem().Name()
