package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/sdk/converter"
)

// A RawJSON is JSON that is decoded later.
type RawJSON = json.RawMessage

// DecodeObject decodes a JSON object of ours that has no version, as one that a
// person's browser has sent, into v, a pointer to a struct. It is as strict as
// [DecodeStrict].
func DecodeObject(data []byte, v any) error {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] != '{' {
		return errors.New("message is not a JSON object")
	}
	return parse(data, v, true)
}

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
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	dec.UseNumber() // what has no type keeps its digits
	if err := dec.Decode(v); err != nil {
		return unreadable(err)
	}
	if dec.InputOffset() != int64(len(data)) {
		return fmt.Errorf("message is not readable: no valid JSON at byte %d", dec.InputOffset()+1)
	}
	return exact(data, v)
}

// explainDecode says why a payload that the data converter refused does not fit v. The
// converter's own error would quote the payload.
func explainDecode(raw converter.RawValue, v any) error {
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
	case errors.As(err, &wrongType) && wrongType.Field == "":
		return errors.New("message is not readable: its type does not take what was sent")
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
