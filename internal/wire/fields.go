package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// unknownField refuses a name that the decoder takes for that of a field.
func unknownField(name string) error {
	return fmt.Errorf("message is not readable: unknown field %s", quoted(name))
}

// repeatedFields is the slow and exact form of [repeated].
func repeatedFields(data []byte, t reflect.Type) error {
	return walk(json.NewDecoder(bytes.NewReader(data)), t)
}

// walk reads one value that is decoded into a t; nil is a value of any type.
func walk(dec *json.Decoder, t reflect.Type) error {
	t = known(t)
	token, err := dec.Token()
	if err != nil {
		return unreadable(err)
	}
	switch token {
	case json.Delim('{'):
		err = walkObject(dec, t)
	case json.Delim('['):
		var of reflect.Type
		if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) {
			of = t.Elem()
		}
		for err == nil && dec.More() {
			err = walk(dec, of)
		}
	default:
		return nil
	}
	if err == nil {
		_, err = dec.Token() // the bracket
	}
	return err
}

func walkObject(dec *json.Decoder, t reflect.Type) error {
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return unreadable(err)
		}
		sent, _ := token.(string)
		name, of := sent, reflect.Type(nil)
		if t != nil && t.Kind() == reflect.Map {
			of = t.Elem()
		} else if t != nil && t.Kind() == reflect.Struct {
			name, of = field(t, sent)
		}
		if seen[name] {
			return errTwice
		}
		if seen[name] = true; name != sent {
			return unknownField(sent)
		}
		if err := walk(dec, of); err != nil {
			return err
		}
	}
	return nil
}

// known is t without pointers; nil when t decodes itself.
func known(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	return t
}

// field returns the name and the type of the field that the decoder takes for that
// name: the one of the same spelling, or the first that differs in case.
func field(t reflect.Type, name string) (string, reflect.Type) {
	folded, of := name, reflect.Type(nil)
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || tag == "-" || tag == "" && f.Anonymous {
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		if tag == name {
			return name, f.Type
		}
		if of == nil && strings.EqualFold(tag, name) {
			folded, of = tag, f.Type
		}
	}
	return folded, of
}
