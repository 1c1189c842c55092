package protocol

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A Subject holds what a gate asks about, in the encoding in which it came: JSON, or the
// JSON of protobuf.
type Subject struct {
	// Encoding names the encoding; empty means plain JSON.
	Encoding string       `json:"encoding,omitempty"`
	Data     wire.RawJSON `json:"data,omitempty"`
}

// NewSubject encodes a value as the SDK's default converter does, whatever
// converter the worker has. Nil is a subject without data.
func NewSubject(value any) (s Subject, err error) {
	defer func() { // of the user's MarshalJSON
		if p := recover(); p != nil {
			err = fmt.Errorf("encoding a %T panicked; correct its MarshalJSON", value)
		}
	}()
	payload, err := wire.Payload(value)
	if err != nil {
		return Subject{}, fmt.Errorf("the subject is no JSON; use a type that encoding/json can write: %w", err)
	}
	switch encoding := string(payload.GetMetadata()[converter.MetadataEncoding]); {
	case len(payload.GetData()) > wire.MaxMessage:
		return Subject{}, fmt.Errorf("the subject has %d bytes, the limit is %d; give a reference to it",
			len(payload.GetData()), wire.MaxMessage)
	case encoding == converter.MetadataEncodingNil:
		return Subject{}, nil
	case wire.CheckText(payload.GetData(), !isRaw(value)) != nil:
		return Subject{}, fmt.Errorf("the subject is a %T with text that is no UTF-8, which encoding/json would replace; give valid text, or "+
			"bytes as []byte",
			value)
	case encoding == converter.MetadataEncodingJSON:
		return Subject{Data: payload.GetData()}, nil
	case encoding == converter.MetadataEncodingProtoJSON:
		return Subject{Encoding: encoding, Data: payload.GetData()}, nil
	default:
		return Subject{}, fmt.Errorf("the subject is a %T, which is encoded as %.40q; give a struct, a string, json.RawMessage or a reference",
			value, encoding)
	}
}

// isRaw reports whether a value is JSON already, with whatever escapes it has.
func isRaw(value any) bool {
	switch value.(type) {
	case wire.RawJSON, *wire.RawJSON, converter.RawValue:
		return true
	}
	return false
}

// Raw returns the subject as a payload.
func (s Subject) Raw() converter.RawValue {
	if s.Encoding == "" {
		return wire.FromJSON(s.Data)
	}
	return converter.NewRawValue(&commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(s.Encoding)}, Data: s.Data})
}

// With returns a subject of the same encoding.
func (s Subject) With(data wire.RawJSON) Subject { return Subject{Encoding: s.Encoding, Data: data} }

// Digest names the subject.
func (s Subject) Digest() string { return Digest(s.Data) }

// Digest names the JSON of a subject.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}
