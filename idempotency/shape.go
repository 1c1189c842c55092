package idempotency

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"go.temporal.io/sdk/converter"
)

// Types with encodings of their own.
var (
	toJSON   = reflect.TypeFor[json.Marshaler]()
	fromJSON = reflect.TypeFor[json.Unmarshaler]()
	toText   = reflect.TypeFor[encoding.TextMarshaler]()
	fromText = reflect.TypeFor[encoding.TextUnmarshaler]()
	protobuf = reflect.TypeFor[interface{ ProtoMessage() }]()
)

// implements reports whether a value of type t, or a pointer to it, implements one of the
// interfaces.
func implements(t reflect.Type, any ...reflect.Type) bool {
	return slices.ContainsFunc(any, func(i reflect.Type) bool { return t.Implements(i) || reflect.PointerTo(t).Implements(i) })
}

// shapeOf describes what a type reads from a JSON text: the names of its fields and the kinds
// of their values. outer are the types around it.
func shapeOf(t reflect.Type, outer []reflect.Type) string {
	if t == nil {
		return "any"
	}
	if slices.Contains(outer, t) || t.Name() != "" && implements(t, toJSON, toText, protobuf) {
		return t.String()
	}
	outer = append(outer[:len(outer):len(outer)], t)
	switch t.Kind() {
	case reflect.Pointer:
		return shapeOf(t.Elem(), outer)
	case reflect.Slice, reflect.Array:
		return "[" + shapeOf(t.Elem(), outer) + "]"
	case reflect.Map:
		return "map " + shapeOf(t.Elem(), outer)
	case reflect.Interface:
		return "any"
	case reflect.Struct:
		var fields []string
		for _, f := range encoded(t) {
			fields = append(fields, f.Name+" "+f.Tag.Get("json")+" "+shapeOf(f.Type, outer))
		}
		slices.Sort(fields)
		return "{" + strings.Join(fields, ";") + "}"
	default:
		return strings.TrimRight(t.Kind().String(), "0123456789")
	}
}

// encoded returns the fields of a struct that JSON encodes.
func encoded(t reflect.Type) (fields []reflect.StructField) {
	for i := range t.NumField() {
		if f := t.Field(i); (f.IsExported() || f.Anonymous) && f.Tag.Get("json") != "-" {
			fields = append(fields, f)
		}
	}
	return fields
}

// unfaithful says why a stored result of type t would differ from what the work has returned,
// once it is decoded and encoded again. It returns "" for types that come back unchanged.
func unfaithful(t reflect.Type, outer ...reflect.Type) string {
	switch {
	case t.Kind() == reflect.Interface:
		return t.String() + " does not say what to decode into"
	case slices.Contains(outer, t), t == reflect.TypeFor[converter.RawValue](), implements(t, protobuf):
		return ""
	case implements(t, toJSON) && !implements(t, fromJSON):
		return t.String() + " has MarshalJSON, and no UnmarshalJSON"
	case implements(t, toText) && !implements(t, fromText, fromJSON) && !implements(t, toJSON):
		return t.String() + " has MarshalText, and no UnmarshalText"
	case implements(t, toJSON, toText):
		return ""
	}
	outer = append(outer[:len(outer):len(outer)], t)
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return unfaithful(t.Elem(), outer...)
	case reflect.Struct:
		for _, f := range encoded(t) {
			if why := unfaithful(f.Type, outer...); why != "" {
				return "field " + f.Name + ": " + why
			}
		}
	case reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128:
		return t.String() + " cannot be encoded"
	}
	return ""
}
