package idempotency

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// A fingerprint tells requests under one key apart: a hash of the values without
// what is zero, one of the types that they were decoded into, and one of the values
// with it. A type with a field more makes the same first hash of the same payload.
// When the types are the same, zero says something: of a pointer, or in a map.
const (
	valueBytes       = 16
	exactFrom        = valueBytes + 8
	fingerprintBytes = exactFrom + 16
)

// fingerprintOf is that of the arguments of an activity.
func (g *Guard) fingerprintOf(args []any) ([]byte, error) {
	var values, exact [][]byte
	types := sha256.New()
	for i, arg := range args {
		text, all, err := canonical(arg)
		if err != nil {
			return nil, err
		}
		values, exact = append(values, text), append(exact, all)
		shape, known := g.shapes.Load(reflect.TypeOf(arg))
		if !known {
			shape = shapeOf(reflect.TypeOf(arg), nil)
			g.shapes.Store(reflect.TypeOf(arg), shape)
		}
		_, _ = fmt.Fprintf(types, "%d:%s;", i, shape)
	}
	text := append(hashed(values)[:valueBytes:valueBytes], types.Sum(nil)[:exactFrom-valueBytes]...)
	return append(text, hashed(exact)[:fingerprintBytes-exactFrom]...), nil
}

// hashed is a hash of arguments.
func hashed(values [][]byte) []byte {
	for len(values) > 0 && string(values[len(values)-1]) == "null" { // as if the activity had that argument no more
		values = values[:len(values)-1]
	}
	value := sha256.New()
	for _, text := range values {
		_, _ = fmt.Fprintf(value, "%d:%s", len(text), text)
	}
	return value.Sum(nil)
}

// canonical is an argument in a form that does not depend on the order of fields,
// nor on those that are empty: without what is zero, and with it.
func canonical(arg any) (text, exact []byte, err error) {
	payload, err := converter.GetDefaultDataConverter().ToPayload(arg) // without a codec, which may never encrypt twice to the same
	if err != nil {
		return nil, nil, err
	}
	encoding := string(payload.GetMetadata()[converter.MetadataEncoding])
	if encoding == converter.MetadataEncodingNil {
		return []byte("null"), []byte("null"), nil
	}
	decoder := json.NewDecoder(bytes.NewReader(payload.GetData()))
	decoder.UseNumber()
	var value any
	if !strings.HasPrefix(encoding, "json/") || decoder.Decode(&value) != nil {
		return payload.GetData(), payload.GetData(), nil
	}
	if exact, err = json.Marshal(pruned(value, false)); err == nil {
		text, err = json.Marshal(pruned(value, true))
	}
	return text, exact, err
}

// pruned is a JSON value without the members of objects that are null, an empty
// object or an empty list, and without those that are zero. What is empty itself is
// nil.
func pruned(value any, zero bool) any {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			if member = pruned(member, zero); member == nil {
				delete(v, name)
			} else {
				v[name] = member
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i, element := range v {
			v[i] = pruned(element, zero) // their places count
		}
		if len(v) == 0 {
			return nil
		}
	case json.Number:
		if digits, _, _ := strings.Cut(strings.ToLower(v.String()), "e"); zero && strings.Trim(digits, "-0.") == "" {
			return nil
		}
	case string:
		if zero && v == "" {
			return nil
		}
	case bool:
		if zero && !v {
			return nil
		}
	}
	return value
}

// mismatch refuses a request whose record is of another one. When the types differ
// as well, another build may have seen the same payload, so that a retry can help.
func (x *execution) mismatch(ctx context.Context) error {
	kept := x.record.Fingerprint
	if len(x.fingerprint) != len(kept) || len(kept) != fingerprintBytes {
		return nil
	}
	alike := bytes.Equal(x.fingerprint[valueBytes:exactFrom], kept[valueBytes:exactFrom]) // the types
	if bytes.Equal(x.fingerprint[:valueBytes], kept[:valueBytes]) && (!alike || bytes.Equal(x.fingerprint[exactFrom:], kept[exactFrom:])) {
		return nil
	}
	x.say(ctx, Refused, "Reason", string(Mismatch))
	by := ""
	if x.record.Owner != x.ref.Owner { // else the record is of this attempt by now
		by = fmt.Sprintf(" by activity %q of workflow %q", x.record.Info.ActivityID, x.record.Info.WorkflowID)
	}
	if !alike {
		text := fmt.Sprintf("idempotency: key %s was used%s with arguments of other types, and with another request or the same one seen by another build; "+
			"forget the record with Guard.Forget if its work may be done again, or set Call.NoFingerprint", x.ref.Key, by)
		return temporal.NewApplicationError(text, errTypePrefix+string(Mismatch))
	}
	return refuse(Mismatch, fmt.Sprintf("key %s was used for another request%s; make the key of all that names the work", x.ref.Key, by))
}
