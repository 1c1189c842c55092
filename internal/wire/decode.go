// Package wire is the only place where workflow code turns bytes into values.
// Nothing here blocks or panics, nor lets a panic of the user's Validate or
// UnmarshalJSON through: what cannot be read comes back as an error that says
// why, and the caller keeps it as a dead letter or refuses it. The errors quote
// nothing of a message but names of its fields, since they end up in logs.
package wire

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// MaxMessage limits a message that is sent or decoded, in bytes. The
// server's own limit is 2 MB for one payload; this leaves room for the rest.
const MaxMessage = 256 << 10

// maxReason bounds, in bytes, what a message's own Validate may say.
const maxReason = 800

// A NewerVersionError says that a message was written by a later version of this
// library. It is not garbage: it is kept until a worker can read it.
type NewerVersionError struct{ Version, Known int }

func (e *NewerVersionError) Error() string {
	return fmt.Sprintf("message has version %d, this worker reads up to %d; upgrade the workers", e.Version, e.Known)
}

// TooLargeError says that a message is over [MaxMessage].
type TooLargeError struct{ Size int }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("message has %d bytes, the limit is %d; send a reference instead of the data", e.Size, MaxMessage)
}

// DecodeStrict decodes a message of ours into v, a pointer to a struct: a JSON
// object with an explicit version "v" from 1 to known. Unknown fields are
// refused, because in a version that we know they can only be mistakes; so are
// names in another case and repeated ones, because two readers could take different
// values, and text that is no UTF-8, because a reader replaces it.
func DecodeStrict(raw converter.RawValue, known int, v any) error {
	data, err := object(raw)
	if err != nil {
		return err
	}
	return versioned(data, known, v)
}

// DecodeStored does what [DecodeStrict] does for what a store of ours has kept, which has a bound of its own
// on what it takes.
func DecodeStored(data []byte, known int, v any) error {
	if data = bytes.TrimSpace(data); len(data) == 0 || data[0] != '{' {
		return errors.New("it is not a JSON object")
	}
	return versioned(data, known, v)
}

// versioned decodes the JSON object in data.
func versioned(data []byte, known int, v any) error {
	strict := parse(data, v, true)
	version := 0
	if versioned, ok := v.(Versioned); ok && strict == nil {
		version = versioned.Version()
	} else {
		var err error
		if version, err = versionOf(data); err != nil {
			return err
		}
	}
	switch {
	case version > known:
		return &NewerVersionError{Version: version, Known: known}
	case version < 1:
		return fmt.Errorf(`message has no version; set "v": %d`, known)
	}
	return strict
}

// versionOf returns the version of a message that may be of a later one.
func versionOf(data []byte) (version int, err error) {
	var fields map[string]RawJSON // whose keys are exact
	if err := parse(data, &fields, false); err != nil || fields["v"] == nil {
		return 0, err
	}
	err = parse(fields["v"], &version, false)
	return version, err
}

// Versioned messages tell their version, which saves [DecodeStrict] a second look.
type Versioned interface{ Version() int }

// Decode does what [Read] does, and when T or *T has a method Validate() error, that must pass
// too. What Validate changes is part of the value.
func Decode[T any](raw converter.RawValue) (v T, err error) {
	if v, err = Read[T](raw); err != nil {
		return v, err
	}
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("validating a %T panicked; correct its Validate", v)
		}
	}()
	if err := validate(&v); err != nil {
		return v, fmt.Errorf("message is not a valid %T: %s", v, apperr.Short(err.Error(), maxReason))
	}
	return v, nil
}

// Validates reports whether T or *T has a method Validate() error.
func Validates[T any]() bool {
	t, method := reflect.TypeFor[T](), reflect.TypeFor[interface{ Validate() error }]()
	return t.Implements(method) || reflect.PointerTo(t).Implements(method)
}

// Read decodes a message of the user's own type T. Unknown fields are
// ignored, since senders are upgraded before workers; no payload and null are
// refused, since the zero value that they leave was never sent, unless T is a
// struct without fields, which has no other value.
func Read[T any](raw converter.RawValue) (v T, err error) {
	defer func() { // of the user's own methods, which do not block
		if recover() != nil {
			err = fmt.Errorf("reading a %T panicked; correct its UnmarshalJSON", v)
		}
	}()
	if err := size(raw); err != nil {
		return v, err
	}
	if err := requirePresent(raw); err != nil {
		if t := reflect.TypeFor[T](); t.Kind() != reflect.Struct || t.NumField() > 0 {
			return v, err
		}
	} else if err := converter.GetDefaultDataConverter().FromPayload(raw.Payload(), &v); err != nil {
		return v, fmt.Errorf("message is not a %T: %w", v, explainDecode(raw, new(T)))
	}
	return v, nil
}

func validate[T any](v *T) error {
	if c, ok := any(*v).(interface{ Validate() error }); ok {
		return c.Validate()
	}
	if c, ok := any(v).(interface{ Validate() error }); ok {
		return c.Validate()
	}
	return nil
}

// object returns the bytes of a payload that holds one JSON object.
func object(raw converter.RawValue) ([]byte, error) {
	if err := size(raw); err != nil {
		return nil, err
	}
	if err := requirePresent(raw); err != nil {
		return nil, err
	}
	payload := raw.Payload()
	if enc := string(payload.GetMetadata()[converter.MetadataEncoding]); enc != converter.MetadataEncodingJSON {
		return nil, fmt.Errorf("message is encoded as %.40q; send JSON (%q)", enc, converter.MetadataEncodingJSON)
	}
	data := bytes.TrimSpace(payload.GetData())
	if len(data) == 0 || data[0] != '{' {
		return nil, errors.New("message is not a JSON object")
	}
	return data, nil
}

func size(raw converter.RawValue) error {
	if n := len(raw.Payload().GetData()); n > MaxMessage {
		return &TooLargeError{Size: n}
	}
	return nil
}

func requirePresent(raw converter.RawValue) error {
	payload := raw.Payload()
	enc := string(payload.GetMetadata()[converter.MetadataEncoding])
	null := enc == converter.MetadataEncodingJSON && bytes.Equal(bytes.TrimSpace(payload.GetData()), []byte("null"))
	if payload == nil || enc == converter.MetadataEncodingNil || null {
		return errors.New("message is empty; send a value")
	}
	return nil
}
