package wire

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

// DecodeEdit decodes after as Decode does, and as the whole of what before was, changed:
// fields that T does not have are refused, and so are fields that before has, or T
// writes, and that after leaves out, at every depth. A zero value that was not
// sent must never be approved. Names of fields are compared exactly.
func DecodeEdit[T any](before, after converter.RawValue) (v T, err error) {
	if v, err = Decode[T](after); err != nil {
		return v, err
	}
	defer func() { // of the user's MarshalJSON
		if p := recover(); p != nil {
			err = fmt.Errorf("writing a %T panicked; correct its MarshalJSON", v)
		}
	}()
	if err := familiar(after, new(T)); err != nil {
		return v, err
	}
	again, err := Payload(v)
	if err != nil {
		return v, fmt.Errorf("message is not a valid %T: it cannot be written again", v)
	}
	was, err := tree(before.Payload().GetData())
	if err != nil && before.Payload().GetData() != nil {
		return v, err
	}
	sent, err := tree(after.Payload().GetData())
	if err != nil {
		return v, err
	}
	if err := kept(was, sent); err != nil {
		return v, err
	}
	read, err := tree(again.GetData())
	if err != nil {
		return v, err
	}
	return v, written(sent, read)
}

// familiar refuses fields that the type does not have, and one that stands there
// twice. The protobuf decoder does so itself.
func familiar(raw converter.RawValue, v any) error {
	if string(raw.Payload().GetMetadata()[converter.MetadataEncoding]) != converter.MetadataEncodingJSON {
		return nil
	}
	return parse(raw.Payload().GetData(), v, true)
}

// tree is the value of JSON whose type is not known. It refuses a field that stands
// twice in one object, since two readers could take different values.
func tree(data []byte) (any, error) {
	var v any
	err := parse(data, &v, true)
	return v, err
}

// kept refuses what leaves out a field of before.
func kept(before, after any) error {
	was, ok := before.(map[string]any)
	if !ok {
		return nil
	}
	now, ok := after.(map[string]any)
	switch {
	case after == nil:
		return nil // what can be null may become so
	case !ok:
		return errors.New("message is not complete: it has another kind of value where fields were; send these")
	}
	for _, name := range workflow.DeterministicKeys(was) {
		value, ok := now[name]
		if !ok {
			return missing(name)
		}
		if err := kept(was[name], value); err != nil {
			return err
		}
	}
	return nil
}

// written refuses what was sent when the value that was read from it has more: a
// field that was left out, or null for what cannot be null.
func written(sent, again any) error {
	switch sent := sent.(type) {
	case map[string]any:
		again, ok := again.(map[string]any)
		if !ok {
			return nil
		}
		for _, name := range workflow.DeterministicKeys(again) {
			value, ok := sent[name]
			switch {
			case !ok:
				return missing(name)
			case value == nil && again[name] != nil:
				return fmt.Errorf("message is not complete: field %s is null; send a value", quoted(name))
			}
			if err := written(value, again[name]); err != nil {
				return err
			}
		}
	case []any:
		again, ok := again.([]any)
		for i := 0; ok && i < min(len(sent), len(again)); i++ {
			if sent[i] == nil && again[i] != nil {
				return fmt.Errorf("message is not complete: item %d of a list is null; send a value", i+1)
			}
			if err := written(sent[i], again[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func missing(name string) error {
	return fmt.Errorf("message is not complete: field %s is missing; send the whole, with what has changed", quoted(name))
}

// quoted is a name of a field for an error, unless it could be text of the message.
func quoted(name string) string {
	if isName(name) {
		return fmt.Sprintf("%q", name)
	}
	return fmt.Sprintf("of %d bytes", len(name))
}
