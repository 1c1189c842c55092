package idempotency

import (
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"pgregory.net/rapid"
)

// What is written is what protobuf reads, whatever is in it.
func TestMarshal(t *testing.T) {
	t.Parallel()
	bytes := rapid.SliceOfN(rapid.Byte(), 0, 300)
	rapid.Check(t, func(t *rapid.T) {
		p := &commonpb.Payload{Metadata: rapid.MapOfN(rapid.String(), bytes, 0, 4).Draw(t, "metadata"), Data: bytes.Draw(t, "data")}
		if rapid.Bool().Draw(t, "external") {
			p.ExternalPayloads = []*commonpb.Payload_ExternalPayloadDetails{{SizeBytes: 7}}
		}
		b, err := marshal(p)
		require.NoError(t, err)
		got := &commonpb.Payload{}
		require.NoError(t, got.Unmarshal(b))
		require.True(t, p.Equal(got), "%v became %v", p, got)
	})
	unknown := &commonpb.Payload{}
	require.NoError(t, unknown.Unmarshal([]byte{15 << 3, 1})) // a field of a later version
	b, err := marshal(unknown)
	require.NoError(t, err)
	require.Equal(t, []byte{15 << 3, 1}, b, "is kept")
}
