package idempotency

import (
	"cmp"
	"encoding"
	"fmt"
	"reflect"
	"strings"
)

// trimmed returns the JSON value of v without empty fields of structs: only these appear with
// a new version of a type. Entries of maps, elements of lists and what a pointer or an
// interface points to are data, and stay.
func trimmed(value any, v reflect.Value) any {
	if !v.IsValid() || marshals(v) {
		return value
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return trimmed(value, v.Elem())
	case reflect.Slice, reflect.Array:
		elements, _ := value.([]any) // bytes are a text
		for i := range elements {
			elements[i] = trimmed(elements[i], v.Index(i))
		}
	case reflect.Map:
		members, _ := value.(map[string]any)
		for entry := v.MapRange(); entry.Next(); {
			if name := entryName(entry.Key()); members[name] != nil {
				members[name] = trimmed(members[name], entry.Value())
			}
		}
	case reflect.Struct:
		if members, ok := value.(map[string]any); ok {
			trimFields(members, v)
		}
	}
	return value
}

// trimFields removes the members of empty fields of v. Of fields with one name JSON encodes
// the outermost. trimFields keeps the member of two fields with one name at one depth.
func trimFields(members map[string]any, v reflect.Value) {
	taken := map[string]bool{}
	for level := []reflect.Value{v}; len(level) > 0; {
		fields, deeper := map[string][]reflect.Value{}, []reflect.Value(nil)
		for _, outer := range level {
			for _, f := range encoded(outer.Type()) {
				field := outer.FieldByIndex(f.Index)
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if inner := reflect.Indirect(field); f.Anonymous && name == "" && (!inner.IsValid() || inner.Kind() == reflect.Struct) {
					if inner.IsValid() {
						deeper = append(deeper, inner)
					}
					continue
				}
				name = cmp.Or(name, f.Name)
				fields[name] = append(fields[name], field)
			}
		}
		for name, those := range fields {
			member, there := members[name]
			switch {
			case taken[name] || !there || len(those) > 1:
			case member == nil || absent(those[0]):
				delete(members, name)
			default:
				members[name] = trimmed(member, those[0])
			}
			taken[name] = true
		}
		level = deeper
	}
}

// absent reports whether the sender of the request may not have known a field.
func absent(v reflect.Value) bool {
	switch kind := v.Kind(); {
	case kind == reflect.Pointer || kind == reflect.Interface:
		return v.IsNil()
	case marshals(v):
		return v.IsZero()
	case kind == reflect.Slice || kind == reflect.Map:
		return v.Len() == 0
	case kind == reflect.Float32 || kind == reflect.Float64:
		return v.Float() == 0 // -0, too
	case kind == reflect.Array:
		for i := range v.Len() {
			if !absent(v.Index(i)) {
				return false
			}
		}
		return true
	case kind == reflect.Struct:
		for _, f := range encoded(v.Type()) {
			if !absent(v.FieldByIndex(f.Index)) {
				return false
			}
		}
		return true
	default:
		return v.IsZero()
	}
}

// marshals reports whether a value has an encoding of its own. Methods of a pointer count
// where JSON can take one.
func marshals(v reflect.Value) bool {
	for _, i := range []reflect.Type{toJSON, toText, protobuf} {
		if v.Type().Implements(i) || v.CanAddr() && reflect.PointerTo(v.Type()).Implements(i) {
			return true
		}
	}
	return false
}

// entryName returns the name that JSON gives to an entry of a map.
func entryName(key reflect.Value) string {
	switch {
	case key.Kind() == reflect.String:
		return key.String()
	case key.Kind() == reflect.Pointer && key.IsNil():
		return ""
	}
	if text, ok := key.Interface().(encoding.TextMarshaler); ok {
		name, _ := text.MarshalText() // JSON has asked it before
		return string(name)
	}
	return fmt.Sprint(key)
}
