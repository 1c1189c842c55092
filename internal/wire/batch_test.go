package wire_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

func TestBatch(t *testing.T) {
	t.Parallel()
	whole := wire.NewBatch([][]byte{[]byte(`{"a":1}`), []byte(`[2]`)})
	require.JSONEq(t, `[{"a":1},[2]]`, string(whole.Payload().GetData()), "the Web UI shows what was sent")
	messages, ok, err := wire.SplitBatch(whole)
	require.NoError(t, err)
	require.True(t, ok)
	require.Len(t, messages, 2)
	array, err := wire.Decode[[]int](messages[1])
	require.NoError(t, err)
	require.Equal(t, []int{2}, array)

	_, ok, err = wire.SplitBatch(wire.FromJSON([]byte(`[1,2]`)))
	require.NoError(t, err)
	require.False(t, ok, "a message that is an array is no batch")
	_, ok, _ = wire.SplitBatch(converter.NewRawValue(nil))
	require.False(t, ok)
}

// marked is a batch with that version.
func marked(version, data string) converter.RawValue {
	return converter.NewRawValue(&commonpb.Payload{
		Metadata: map[string][]byte{"encoding": []byte("json/plain"), "temporal-patterns.batch": []byte(version)},
		Data:     []byte(data),
	})
}

func TestBrokenBatch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		raw  converter.RawValue
		want string
	}{
		"no array":       {marked("1", `{"a":1}`), "not readable"},
		"broken JSON":    {marked("1", `[1,`), "no valid JSON"},
		"no number":      {marked("one", `[]`), "no valid version"},
		"version zero":   {marked("0", `[]`), "no valid version"},
		"larger than we": {marked("1", `["`+strings.Repeat("x", wire.MaxMessage)+`"]`), "the limit is 262144"},
	} {
		messages, ok, err := wire.SplitBatch(c.raw)
		require.True(t, ok, name)
		require.Empty(t, messages, name)
		require.ErrorContains(t, err, c.want, name)
	}
	_, ok, err := wire.SplitBatch(marked("2", `anything`))
	require.True(t, ok)
	var newer *wire.NewerVersionError
	require.ErrorAs(t, err, &newer)
	require.Equal(t, wire.NewerVersionError{Version: 2, Known: 1}, *newer)
}

// A message travels as it is, whatever it is.
func TestCarried(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]converter.RawValue{
		"JSON":   wire.FromJSON([]byte(`{"a":1}`)),
		"broken": wire.FromJSON([]byte(`{"a":`)),
		"another": converter.NewRawValue(&commonpb.Payload{
			Metadata: map[string][]byte{"encoding": []byte("binary/plain")},
			Data:     []byte{0, 255, 10},
		}),
		"a newer batch":  marked("2", `?`),
		"control in key": converter.NewRawValue(&commonpb.Payload{Metadata: map[string][]byte{"\x00\"\n": {1, 2}, "encoding": []byte("x")}}),
	} {
		carried := wire.Save(raw)
		text, err := json.Marshal(carried)
		require.NoError(t, err, name)
		require.LessOrEqual(t, len(text), carried.Size(), name)
		var back wire.Saved
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, raw.Payload().GetData(), back.Raw().Payload().GetData(), name)
		require.Equal(t, raw.Payload().GetMetadata(), back.Raw().Payload().GetMetadata(), name)
	}
	// What says nothing about itself does not become JSON on the way.
	_, err := wire.Decode[int](wire.Save(converter.NewRawValue(&commonpb.Payload{Data: []byte("1")})).Raw())
	require.Error(t, err)
	_, err = wire.Decode[int](wire.Save(converter.NewRawValue(nil)).Raw())
	require.Error(t, err)
}

func TestEncode(t *testing.T) {
	t.Parallel()
	raw, err := wire.Encode(map[string]int{"a": 1})
	require.NoError(t, err)
	require.JSONEq(t, `{"a":1}`, string(raw.Payload().GetData()))
	_, err = wire.Encode(make(chan int))
	require.ErrorContains(t, err, "chan int cannot be encoded")
	_, err = wire.Encode(strings.Repeat("x", wire.MaxMessage-2))
	require.NoError(t, err)
	_, err = wire.Encode(strings.Repeat("x", wire.MaxMessage-1))
	var large *wire.TooLargeError
	require.ErrorAs(t, err, &large)
	require.Equal(t, wire.MaxMessage+1, large.Size)
}
