package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"
)

// Alike refuses JSON that has not the shape of before, for whoever does not know
// the type: the same fields at every depth, each with a value of the same kind, and
// items of lists like one of the items before. Where before has null, or a list
// without items, anything goes.
func Alike(before, after []byte) error {
	if !valid(after) {
		return errors.New("message is not readable: no valid JSON")
	}
	sent, err := tree(after)
	if err != nil {
		return err
	}
	return alike(plainTree(before), sent, "")
}

//nolint:cyclop // one case for each kind of value
func alike(before, after any, at string) error {
	switch was := before.(type) {
	case nil:
		return nil
	case map[string]any:
		now, ok := after.(map[string]any)
		if !ok {
			return unlike(at, "an object")
		}
		if err := kept(was, now); err != nil {
			return err
		}
		for _, name := range workflow.DeterministicKeys(now) {
			if _, ok := was[name]; !ok {
				return fmt.Errorf("message is not readable: unknown field %s", quoted(name))
			}
			if err := alike(was[name], now[name], name); err != nil {
				return err
			}
		}
		return nil
	case []any:
		now, ok := after.([]any)
		if !ok {
			return unlike(at, "a list")
		}
		for _, item := range now {
			if err := oneOf(was, item, at); err != nil {
				return err
			}
		}
		return nil
	case json.Number:
		now, ok := after.(json.Number)
		if !ok || whole(was) && !whole(now) {
			return unlike(at, "a number like the one before")
		}
	case string:
		if _, ok := after.(string); !ok {
			return unlike(at, "text")
		}
	case bool:
		if _, ok := after.(bool); !ok {
			return unlike(at, "true or false")
		}
	}
	return nil
}

// oneOf refuses an item that is like none of those before.
func oneOf(before []any, item any, at string) error {
	var first error
	for _, was := range before {
		err := alike(was, item, at)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

func unlike(at, want string) error {
	if at == "" {
		return fmt.Errorf("message is not readable: it is not %s, as it was", want)
	}
	return fmt.Errorf("message is not readable: field %s is not %s, as it was", quoted(at), want)
}

// whole reports whether a number is written as one without a fraction.
func whole(n json.Number) bool { return !strings.ContainsAny(string(n), ".eE") }

//workflowcheck:ignore decoding JSON gives the same value for the same bytes
func valid(data []byte) bool {
	var v any
	return json.Unmarshal(data, &v) == nil
}

// plainTree is the value of JSON that is known to be valid; nil for none.
//
//workflowcheck:ignore decoding JSON gives the same value for the same bytes
func plainTree(data []byte) any {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	_ = dec.Decode(&v)
	return v
}

// tree is the value of JSON that was decoded before. It refuses a field that stands
// twice in one object, since two readers could take different values. Names are
// compared exactly, as the keys of a map are.
//
//workflowcheck:ignore decoding JSON gives the same value for the same bytes
func tree(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return node(dec)
}

//workflowcheck:ignore decoding JSON gives the same value for the same bytes
func node(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, unreadable(err)
	}
	switch token {
	case json.Delim('{'):
		object := map[string]any{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, unreadable(err)
			}
			text, _ := name.(string)
			if _, twice := object[text]; twice {
				return nil, errors.New("message has a field twice; send each once")
			}
			if object[text], err = node(dec); err != nil {
				return nil, err
			}
		}
		_, err = dec.Token()
		return object, err
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			item, err := node(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		_, err = dec.Token()
		return list, err
	}
	return token, nil
}
