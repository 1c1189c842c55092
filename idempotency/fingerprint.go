package idempotency

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// A fingerprint distinguishes requests with one key: a hash of the values, then a hash of the
// types that they were decoded into. Empty fields of structs count as absent, so that a
// type with one more field gives the same payload the same fingerprint. Empty arguments
// after the first count as absent too. All other empty values are data.
const (
	valueBytes       = 16
	fingerprintBytes = valueBytes + 8
)

// fingerprints makes fingerprints. It remembers the shapes of types.
type fingerprints struct{ shapes sync.Map }

// of returns the fingerprint of the arguments of an activity.
func (f *fingerprints) of(args []any) ([]byte, error) {
	var values [][]byte
	types := sha256.New()
	for i, arg := range args {
		text, err := canonical(arg)
		if err != nil {
			return nil, err
		}
		values = append(values, text)
		shape, known := f.shapes.Load(reflect.TypeOf(arg))
		if !known {
			shape = shapeOf(reflect.TypeOf(arg), nil)
			f.shapes.Store(reflect.TypeOf(arg), shape)
		}
		_, _ = fmt.Fprintf(types, "%d:%s;", i, shape)
	}
	for n := len(values); n > 0 && (string(values[n-1]) == "null" || n > 1 && absent(reflect.ValueOf(args[n-1]))); n-- {
		values = values[:n-1] // as if the activity did not have that argument
	}
	value := sha256.New()
	for _, text := range values {
		_, _ = fmt.Fprintf(value, "%d:%s", len(text), text)
	}
	return append(value.Sum(nil)[:valueBytes:valueBytes], types.Sum(nil)[:fingerprintBytes-valueBytes]...), nil
}

// canonical returns an argument in a form that does not depend on the order of fields, nor
// on empty fields, see [trimmed].
func canonical(arg any) ([]byte, error) {
	payload, err := converter.GetDefaultDataConverter().ToPayload(arg) // without a codec, which may never encrypt twice to the same
	if err != nil {
		return nil, err
	}
	encoding := string(payload.GetMetadata()[converter.MetadataEncoding])
	if encoding == converter.MetadataEncodingNil {
		return []byte("null"), nil
	}
	decoder := json.NewDecoder(bytes.NewReader(payload.GetData()))
	decoder.UseNumber()
	var value any
	if !strings.HasPrefix(encoding, "json/") || decoder.Decode(&value) != nil {
		return payload.GetData(), nil
	}
	return json.Marshal(trimmed(value, reflect.ValueOf(arg)))
}

// compare returns the error of a request whose record is of another request. When the types
// differ as well, another build may have seen the same payload, so a retry can help.
func compare(fingerprint []byte, r *driver.Record, ref driver.Ref) error {
	kept := r.Fingerprint
	if len(fingerprint) != len(kept) || len(kept) != fingerprintBytes || bytes.Equal(fingerprint[:valueBytes], kept[:valueBytes]) {
		return nil
	}
	by := ""
	if r.Owner != ref.Owner { // otherwise this attempt has the record
		by = fmt.Sprintf(" by activity %q of workflow %q", r.Info.ActivityID, r.Info.WorkflowID)
	}
	if !bytes.Equal(fingerprint[valueBytes:], kept[valueBytes:]) {
		text := fmt.Sprintf("key %s was used%s with arguments of other types, and with another request or the same one seen by another build; "+
			"delete the record with Guard.Delete if its work may be done again, or set ActivityOptions.NoFingerprint", ref.Key, by)
		return apperr.New(ReasonMismatch, "idempotency: "+text, apperr.Options{Retryable: true})
	}
	return nonRetryable(ReasonMismatch, "key %s was used for another request%s; make the key of all that identifies the work", ref.Key, by)
}
