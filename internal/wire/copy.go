package wire

import (
	"fmt"
	"reflect"

	"go.temporal.io/sdk/converter"
)

// Copy returns a value of the same type that shares no memory with v, as far as
// the default data converter writes it. What holds no pointer is returned as it
// is. It is not for workflow code.
func Copy(v any) (any, error) {
	if _, raw := v.(converter.RawValue); raw || v == nil || hasNoPointers(reflect.TypeOf(v)) {
		return v, nil
	}
	payload, err := converter.GetDefaultDataConverter().ToPayload(v)
	if err != nil {
		return nil, fmt.Errorf("%T cannot be copied: %w", v, err)
	}
	into := reflect.New(reflect.TypeOf(v))
	if err := converter.GetDefaultDataConverter().FromPayload(payload, into.Interface()); err != nil {
		return nil, fmt.Errorf("%T cannot be copied: %w", v, err)
	}
	return into.Elem().Interface(), nil
}

// hasNoPointers reports whether values of t hold no pointer that anyone could write
// through.
func hasNoPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return true
	case reflect.Array:
		return hasNoPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !hasNoPointers(t.Field(i).Type) {
				return false
			}
		}
		return true
	default:
		return false
	}
}
