package wire

import (
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

// A Saved message travels from a run to the next as it came, undecoded, so
// that nothing of it is lost. Metadata is left out for plain JSON.
type Saved struct {
	Metadata map[string][]byte `json:"metadata,omitempty"`
	Data     []byte            `json:"data,omitempty"`
}

// Save makes a message ready to travel.
func Save(raw converter.RawValue) Saved {
	payload := raw.Payload()
	c := Saved{Data: payload.GetData()}
	switch meta := payload.GetMetadata(); {
	case payload == nil:
		c.Metadata = map[string][]byte{converter.MetadataEncoding: []byte(converter.MetadataEncodingNil)}
	case len(meta) == 0:
		c.Metadata = map[string][]byte{converter.MetadataEncoding: {}} // still no JSON
	case len(meta) > 1 || string(meta[converter.MetadataEncoding]) != converter.MetadataEncodingJSON:
		c.Metadata = meta
	}
	return c
}

// Raw returns the message that was saved.
func (c Saved) Raw() converter.RawValue {
	if c.Metadata == nil {
		return FromJSON(c.Data)
	}
	return converter.NewRawValue(&commonpb.Payload{Metadata: c.Metadata, Data: c.Data})
}

// Size returns an upper bound of the bytes that the message takes as JSON.
func (c Saved) Size() int {
	size := len(`{"metadata":{},"data":""},`) + base64Len(c.Data)
	for _, key := range workflow.DeterministicKeys(c.Metadata) {
		size += len(`"":"",`) + 6*len(key) + base64Len(c.Metadata[key])
	}
	return size
}

func base64Len(data []byte) int { return (len(data) + 2) / 3 * 4 }
