package approval

import (
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A subject is what a gate asks about, in the encoding in which it came: JSON, or
// the JSON of protobuf.
type subject struct {
	// Encoding is empty for plain JSON.
	Encoding string   `json:"encoding,omitempty"`
	Data     wire.Raw `json:"data,omitempty"`
}

// newSubject encodes a value as the SDK's default converter does, whatever
// converter the worker has. Nil is a subject without data.
func newSubject(value any) (s subject, err error) {
	defer func() { // of the user's MarshalJSON
		if p := recover(); p != nil {
			err = fmt.Errorf("encoding a %T panicked; correct its MarshalJSON", value)
		}
	}()
	payload, err := wire.Header(value)
	if err != nil {
		return subject{}, fmt.Errorf("the subject is no JSON; use a type that encoding/json can write: %w", err)
	}
	switch encoding := string(payload.GetMetadata()[converter.MetadataEncoding]); {
	case len(payload.GetData()) > wire.MaxMessage:
		return subject{}, fmt.Errorf("the subject has %d bytes, the limit is %d; give a reference to it",
			len(payload.GetData()), wire.MaxMessage)
	case encoding == converter.MetadataEncodingNil:
		return subject{}, nil
	case wire.Text(payload.GetData(), !isRaw(value)) != nil:
		return subject{}, fmt.Errorf("the subject is a %T with text that is no UTF-8, which encoding/json would replace; give valid text, or bytes as []byte",
			value)
	case encoding == converter.MetadataEncodingJSON:
		return subject{Data: payload.GetData()}, nil
	case encoding == converter.MetadataEncodingProtoJSON:
		return subject{Encoding: encoding, Data: payload.GetData()}, nil
	default:
		return subject{}, fmt.Errorf("the subject is a %T, which is encoded as %.40q; give a struct, a string, json.RawMessage or a reference", value, encoding)
	}
}

// isRaw reports whether a value is JSON already, with whatever escapes it has.
func isRaw(value any) bool {
	switch value.(type) {
	case wire.Raw, *wire.Raw, converter.RawValue:
		return true
	}
	return false
}

// raw returns the subject as a payload.
func (s subject) raw() converter.RawValue {
	if s.Encoding == "" {
		return wire.JSON(s.Data)
	}
	return converter.NewRawValue(&commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(s.Encoding)}, Data: s.Data})
}

// with returns a subject of the same encoding.
func (s subject) with(data wire.Raw) subject { return subject{Encoding: s.Encoding, Data: data} }

// digest names the subject.
func (s subject) digest() string { return digest(s.Data) }
