package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// exactFields refuses a field of a struct whose name is spelled otherwise than the
// type spells it: the decoder takes any case.
func exactFields(data []byte, t reflect.Type) error {
	return walk(json.NewDecoder(bytes.NewReader(data)), t)
}

// walk reads one value that is decoded into a t; nil is a value of any type.
func walk(dec *json.Decoder, t reflect.Type) error {
	if t = known(t); t == nil || t.Kind() == reflect.Interface {
		var skipped json.RawMessage
		return dec.Decode(&skipped)
	}
	token, err := dec.Token()
	if err != nil {
		return unreadable(err)
	}
	switch token {
	case json.Delim('{'):
		err = walkObject(dec, t)
	case json.Delim('['):
		var of reflect.Type
		if t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
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
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return unreadable(err)
		}
		name, _ := token.(string)
		var of reflect.Type
		switch t.Kind() {
		case reflect.Map:
			of = t.Elem()
		case reflect.Struct:
			var ok bool
			if of, ok = field(t, name); !ok {
				return fmt.Errorf("message is not readable: unknown field %s", quoted(name))
			}
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

// field returns the type of the field of exactly that name.
func field(t reflect.Type, name string) (of reflect.Type, ok bool) {
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || tag == "-" || tag == "" && f.Anonymous {
			continue
		}
		if tag == name || tag == "" && f.Name == name {
			return f.Type, true
		}
	}
	return nil, false
}
