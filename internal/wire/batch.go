package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

// batchKey marks a payload as several messages in one, and its value is the
// version of their form: 1 is a JSON array. It is metadata, so that a message
// which is a JSON array itself cannot be taken for a batch.
const (
	batchKey     = "temporal-patterns.batch"
	batchVersion = 1
)

// NewBatch returns one payload for several messages of JSON.
func NewBatch(messages [][]byte) converter.RawValue {
	data := append([]byte{'['}, bytes.Join(messages, []byte{','})...)
	return converter.NewRawValue(&commonpb.Payload{
		Metadata: map[string][]byte{
			converter.MetadataEncoding: []byte(converter.MetadataEncodingJSON),
			batchKey:                   []byte(strconv.Itoa(batchVersion)),
		},
		Data: append(data, ']'),
	})
}

// SplitBatch takes a batch apart; ok is false for any other payload. The error of a
// batch that was written by a later version of this library is a [NewerVersionError].
func SplitBatch(raw converter.RawValue) (messages []converter.RawValue, ok bool, err error) {
	mark, ok := raw.Payload().GetMetadata()[batchKey]
	if !ok {
		return nil, false, nil
	}
	version, err := strconv.Atoi(string(mark))
	switch {
	case err != nil || version < 1:
		return nil, true, fmt.Errorf("batch has no valid version; set the metadata %q to %d", batchKey, batchVersion)
	}
	if err := size(raw); err != nil {
		return nil, true, err
	}
	if version > batchVersion {
		return nil, true, &NewerVersionError{Version: version, Known: batchVersion}
	}
	var all []json.RawMessage
	if err := parse(raw.Payload().GetData(), &all, false); err != nil {
		return nil, true, err
	}
	if all == nil {
		return nil, true, errors.New("batch is null; send a list")
	}
	for _, data := range all {
		messages = append(messages, FromJSON(data))
	}
	return messages, true, nil
}

// FromJSON returns a message of that JSON.
func FromJSON(data []byte) converter.RawValue {
	return converter.NewRawValue(&commonpb.Payload{
		Metadata: map[string][]byte{converter.MetadataEncoding: []byte(converter.MetadataEncodingJSON)},
		Data:     data,
	})
}

// Encode returns v as the default data converter writes it, at most [MaxMessage]. A
// value that [Decode] would refuse as empty is refused here, where a person can
// still mend it.
func Encode(v any) (converter.RawValue, error) {
	payload, err := converter.GetDefaultDataConverter().ToPayload(v)
	if err != nil {
		return converter.RawValue{}, fmt.Errorf("%T cannot be encoded; use a type that encoding/json can write: %w", v, err)
	}
	raw := converter.NewRawValue(payload)
	if err := requirePresent(raw); err != nil {
		return raw, err
	}
	return raw, size(raw)
}
