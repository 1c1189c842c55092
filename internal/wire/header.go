package wire

import (
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

// Payload returns v as a header has it: JSON, whatever converter the application uses,
// since headers pass through none.
func Payload(v any) (*commonpb.Payload, error) {
	return converter.GetDefaultDataConverter().ToPayload(v)
}

// ReadPayload decodes a header of ours. Anyone can send one, so an error is no
// reason to fail: the caller goes on as without it.
func ReadPayload[T any](payload *commonpb.Payload) (T, error) {
	return Decode[T](converter.NewRawValue(payload))
}

// Size returns the number of bytes that v takes as JSON.
func Size(v any) (int, error) {
	payload, err := Payload(v)
	return len(payload.GetData()), err
}
