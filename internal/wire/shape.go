package wire

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"
)

// Alike refuses JSON that has not the shape of before, for callers that do not know
// the type: the same fields at every depth, each with a value of the same kind, and
// items of lists like one of the items before. Where before has null, or a list
// without items, anything goes.
func Alike(before, after []byte) error {
	was, err := tree(before)
	if err != nil {
		return err
	}
	sent, err := tree(after)
	if err != nil {
		return err
	}
	return alike(was, sent, "")
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
