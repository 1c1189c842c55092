package wire_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A form is all that the forms on the wire are made of.
type form struct {
	V     int               `json:"v"`
	Text  string            `json:"text,omitempty"`
	Steps map[string][]byte `json:"steps,omitempty"`
	Count map[string]int    `json:"count,omitempty"`
	Later wire.RawJSON      `json:"later,omitempty"`
	Inner []form            `json:"inner,omitempty"`
	At    time.Time         `json:"at"`
	For   time.Duration     `json:"for,omitempty"`
}

// names are texts that differ in case only, are empty, long, or no ASCII.
func names() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom([]string{
		"", "a1B", "A1b", "v", "V", "text", "TEXT", "costs", "co\u017fts", "K", "k", "\u212a",
		"\x00", "é", "É", `"`, `\`, "{", "\u2028",
	}), rapid.String())
}

func forms(depth int) *rapid.Generator[form] {
	return rapid.Custom(func(t *rapid.T) form {
		f := form{
			V: 1, Text: names().Draw(t, "text"),
			At:  time.Unix(rapid.Int64Range(-1e10, 2e11).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC(),
			For: time.Duration(rapid.Int64().Draw(t, "for")),
		}
		if keys := rapid.SliceOfNDistinct(names(), 0, 50, rapid.ID).Draw(t, "keys"); len(keys) > 0 {
			f.Steps, f.Count = map[string][]byte{}, map[string]int{}
			for i, key := range keys {
				f.Steps[key], f.Count[key] = []byte(key+"!"), i
			}
		}
		if rapid.Bool().Draw(t, "later") {
			f.Later, _ = json.Marshal(f.Count)
		}
		if depth > 0 {
			f.Inner = rapid.SliceOfN(forms(depth-1), 0, 2).Draw(t, "inner")
			if len(f.Inner) == 0 {
				f.Inner = nil
			}
		}
		return f
	})
}

// What we write we read, whatever names users give.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := forms(2).Draw(t, "form")
		payload, err := wire.Payload(want)
		require.NoError(t, err)
		if len(payload.GetData()) > wire.MaxMessage {
			return
		}
		raw := wire.FromJSON(payload.GetData())
		var strict form
		require.NoError(t, wire.DecodeStrict(raw, 1, &strict), "%s", payload.GetData())
		require.Equal(t, want, strict)
		var object form
		require.NoError(t, wire.DecodeObject(payload.GetData(), &object))
		require.Equal(t, want, object)
		decoded, err := wire.Decode[form](raw)
		require.NoError(t, err)
		require.Equal(t, want, decoded)
		header, err := wire.ReadPayload[form](payload)
		require.NoError(t, err)
		require.Equal(t, want, header)
		copied, err := wire.Copy(want)
		require.NoError(t, err)
		require.Equal(t, want, copied)
	})
}

func payloads() *rapid.Generator[*commonpb.Payload] {
	return rapid.Custom(func(t *rapid.T) *commonpb.Payload {
		if rapid.IntRange(0, 9).Draw(t, "none") == 0 {
			return nil
		}
		p := &commonpb.Payload{Data: rapid.SliceOf(rapid.Byte()).Draw(t, "data")}
		encodings := []string{"", "json/plain", "binary/plain", "binary/null", "json/protobuf", "JSON/PLAIN"}
		for _, key := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{
			"encoding", "Encoding", "messageType", "temporal-patterns.batch",
			"",
		}), 0, 3, rapid.ID).Draw(t, "keys") {
			if p.Metadata == nil {
				p.Metadata = map[string][]byte{}
			}
			p.Metadata[key] = []byte(rapid.SampledFrom(encodings).Draw(t, "value"))
		}
		return p
	})
}

// A message that is carried is the same in the next run, and has the size that was
// reckoned.
func TestWhatIsCarriedArrives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := payloads().Draw(t, "payload")
		carried := wire.Save(converter.NewRawValue(want))
		data, err := json.Marshal(carried)
		require.NoError(t, err)
		require.LessOrEqual(t, len(data), carried.Size())
		var got wire.Saved
		require.NoError(t, json.Unmarshal(data, &got))
		raw := got.Raw().Payload()
		if want == nil || len(want.GetMetadata()) == 0 { // nothing tells how it is encoded, as before
			_, before := wire.Decode[struct{}](converter.NewRawValue(want))
			_, after := wire.Decode[struct{}](got.Raw())
			require.Equal(t, before == nil, after == nil)
			require.Equal(t, string(want.GetData()), string(raw.GetData()))
			return
		}
		require.True(t, want.Equal(raw), "%v became %v", want, raw)
	})
}

func TestBatchesArriveInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(names(), 0, 30).Draw(t, "messages")
		var all [][]byte
		for _, text := range want {
			data, err := json.Marshal([]string{text})
			require.NoError(t, err)
			all = append(all, data)
		}
		parts, ok, err := wire.SplitBatch(wire.Save(wire.NewBatch(all)).Raw())
		require.True(t, ok && err == nil)
		var got []string
		for _, part := range parts {
			v, err := wire.Decode[[]string](part)
			require.NoError(t, err)
			got = append(got, v...)
		}
		if len(want) == 0 {
			want = nil
		}
		require.True(t, slices.Equal(want, got), "%q became %q", want, got)
	})
}
