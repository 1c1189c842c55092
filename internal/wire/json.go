package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/sdk/converter"
)

// parse decodes JSON into v, a pointer.
//
//workflowcheck:ignore decoding JSON gives the same value for the same bytes
func parse(data []byte, v any, strict bool) error {
	if !strict {
		if err := json.Unmarshal(data, v); err != nil {
			return unreadable(err)
		}
		return nil
	}
	if err := repeated(data); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return unreadable(err)
	}
	return nil
}

// unfit says why a payload that the data converter refused does not fit v. The
// converter's own error would quote the payload.
func unfit(raw converter.RawValue, v any) error {
	payload := raw.Payload()
	if enc := string(payload.GetMetadata()[converter.MetadataEncoding]); enc != converter.MetadataEncodingJSON {
		return fmt.Errorf("it is encoded as %.40q", enc)
	}
	if err := parse(payload.GetData(), v, false); err != nil {
		return err
	}
	return errors.New("message is not readable: it does not fit the type")
}

// unreadable says what is wrong with a message and quotes nothing of it but
// the names of its fields: a decoder's own error can hold any part of it.
func unreadable(err error) error {
	var (
		wrongType *json.UnmarshalTypeError
		syntax    *json.SyntaxError
	)
	switch {
	case errors.As(err, &wrongType):
		return fmt.Errorf("message is not readable: field %q does not take what was sent", wrongType.Field)
	case errors.As(err, &syntax):
		return fmt.Errorf("message is not readable: no valid JSON at byte %d", syntax.Offset)
	}
	if _, field, ok := strings.Cut(err.Error(), "unknown field "); ok && isName(strings.Trim(field, `"`)) {
		return fmt.Errorf("message is not readable: unknown field %s", field)
	}
	return errors.New("message is not readable: it does not fit the type")
}

// isName reports whether s can be a field's name, and not text.
func isName(s string) bool {
	for _, r := range s {
		if r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return len(s) <= 40
}

// repeated refuses a field that stands twice in one object, in any spelling
// that the decoder would take for the same.
func repeated(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	var open []map[string]bool // for each open object its fields so far, nil for a list
	key := false               // the next token is a field's name
	for {
		token, err := dec.Token()
		if err != nil {
			return nil //nolint:nilerr // the end; broken JSON was refused before
		}
		inObject := len(open) > 0 && open[len(open)-1] != nil
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
			key = len(open) > 0 && open[len(open)-1] != nil
			continue
		case string:
			if inObject && key {
				name := strings.ToLower(t)
				if open[len(open)-1][name] {
					return errors.New("message has a field twice; send each once")
				}
				open[len(open)-1][name] = true
				key = false
				continue
			}
		}
		key = inObject
	}
}
