package wire_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

type message struct {
	V    int    `json:"v"`
	Name string `json:"name"`
	List any    `json:"list,omitempty"`
}

func (m message) Validate() error {
	if m.Name == "" {
		return errors.New("name is empty")
	}
	return nil
}

func raw(encoding, data string) converter.RawValue {
	return converter.NewRawValue(&commonpb.Payload{
		Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding)}, Data: []byte(data),
	})
}

func TestStrict(t *testing.T) {
	t.Parallel()
	const json = converter.MetadataEncodingJSON
	cases := map[string]struct {
		raw     converter.RawValue
		problem string // empty: accepted
	}{
		"a message of the known version":       {raw(json, `{"v":1,"name":"a"}`), ""},
		"white space around it":                {raw(json, " {\"v\":1}\n"), ""},
		"no payload":                           {converter.RawValue{}, "is empty"},
		"nil":                                  {raw(converter.MetadataEncodingNil, ""), "is empty"},
		"null":                                 {raw(json, ` null `), "is empty"},
		"no bytes":                             {raw(json, ""), "not a JSON object"},
		"a list":                               {raw(json, `[1]`), "not a JSON object"},
		"bytes":                                {raw(converter.MetadataEncodingBinary, `{"v":1}`), `encoded as "binary/plain"`},
		"no version":                           {raw(json, `{"name":"a"}`), `set "v": 1`},
		"a negative version":                   {raw(json, `{"v":-1}`), `set "v": 1`},
		"a version of the wrong type":          {raw(json, `{"v":"1"}`), "not readable"},
		"a field of the wrong type":            {raw(json, `{"v":1,"name":7}`), "not readable"},
		"an unknown field in a known version":  {raw(json, `{"v":1,"nmae":"a"}`), `unknown field "nmae"`},
		"an unknown field in a later version":  {raw(json, `{"v":2,"nmae":"a"}`), "reads up to 1"},
		"cut short":                            {raw(json, `{"v":1,"name":"`), "not readable"},
		"a field twice":                        {raw(json, `{"v":1,"name":"a","name":"b"}`), "a field twice"},
		"a field twice in another spelling":    {raw(json, `{"v":1,"name":"a","NAME":"b"}`), `unknown field "NAME"`},
		"the same name in two places":          {raw(json, `{"v":1,"list":[{"name":1},{"name":2}],"name":"b","more":1}`), `unknown field "more"`},
		"a field twice, deep inside":           {raw(json, `{"v":1,"list":[[],{"a":{"b":1,"c":"b","b":2}}]}`), "a field twice"},
		"two objects":                          {raw(json, `{"v":1}{"v":1}`), "not readable"},
		"deeper than a decoder should descend": {raw(json, `{"v":`+strings.Repeat("[", 20000)), "not readable"},
		"too large":                            {raw(json, `{"v":1,"name":"`+strings.Repeat("x", wire.MaxMessage)+`"}`), "the limit is 262144"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var m message
			err := wire.DecodeStrict(c.raw, 1, &m)
			if c.problem == "" {
				require.NoError(t, err)
				require.Equal(t, 1, m.V)
				return
			}
			require.ErrorContains(t, err, c.problem)
		})
	}

	t.Run("a later version is told from garbage", func(t *testing.T) {
		t.Parallel()
		var newer *wire.NewerVersionError
		require.ErrorAs(t, wire.DecodeStrict(raw(json, `{"v":7}`), 1, &message{}), &newer)
		require.Equal(t, wire.NewerVersionError{Version: 7, Known: 1}, *newer)
	})
}

func TestDecode(t *testing.T) {
	t.Parallel()
	const json = converter.MetadataEncodingJSON

	t.Run("ignores unknown fields, since senders are upgraded first", func(t *testing.T) {
		t.Parallel()
		m, err := wire.Decode[message](raw(json, `{"name":"a","later":true}`))
		require.NoError(t, err)
		require.Equal(t, message{Name: "a"}, m)
	})

	bad := map[string]struct {
		raw     converter.RawValue
		problem string
	}{
		"null":                        {raw(json, `null`), "is empty"},
		"no payload":                  {converter.RawValue{}, "is empty"},
		"the wrong type":              {raw(json, `{"name":{}}`), "is not a wire_test.message"},
		"an unknown encoding":         {raw("text/klingon", `{}`), "is not a wire_test.message"},
		"too large":                   {raw(json, strings.Repeat(" ", wire.MaxMessage)+`{}`), "the limit is"},
		"invalid by its own Validate": {raw(json, `{}`), "name is empty"},
	}
	for name, c := range bad {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := wire.Decode[message](c.raw)
			require.ErrorContains(t, err, c.problem)
		})
	}
}

type pointed struct {
	Name string `json:"name"`
}

func (p *pointed) Validate() error {
	if p.Name == "" {
		return errors.New("name is empty")
	}
	return nil
}

type fragile struct{ When time.Time }

//archtest:panic a user's mistake is what is tested
func (fragile) Validate() error { panic("on a bad day") }

func TestDecodeAndTheUsersMethods(t *testing.T) {
	t.Parallel()
	const json = converter.MetadataEncodingJSON
	_, err := wire.Decode[*pointed](raw(json, `{}`))
	require.ErrorContains(t, err, "name is empty", "T is a pointer")
	_, err = wire.Decode[pointed](raw(json, `{}`))
	require.ErrorContains(t, err, "name is empty", "*T has the method")
	_, err = wire.Decode[fragile](raw(json, `{}`))
	require.ErrorContains(t, err, "correct its Validate", "a panic of the user's ends here")
}

// Errors end up in logs and answers: they quote nothing but names of fields.
func TestErrorsQuoteNoPayload(t *testing.T) {
	t.Parallel()
	const json = converter.MetadataEncodingJSON
	texts := []string{
		`{"v":1,"name":4111111111111111}`, `{"v":4111111111111111.5}`, `{"v":1,"SSN 4111111111111111":1}`,
		`{"v":1,"name":"4111111111111111`, `{"v":1,"name":"a","name":"4111111111111111"}`, `{"When":"4111111111111111"}`, `["4111111111111111"]`,
	}
	for _, text := range texts {
		var m message
		require.NotContains(t, wire.DecodeStrict(raw(json, text), 1, &m).Error(), "41111", text)
	}
	for _, text := range []string{texts[0], texts[3], texts[6]} {
		_, err := wire.Decode[message](raw(json, text))
		require.NotContains(t, err.Error(), "41111", text)
	}
	_, err := wire.Decode[fragile](raw(json, texts[5]))
	require.EqualError(t, err, "message is not a wire_test.fragile: message is not readable: it does not fit the type")
	_, err = wire.Decode[message](raw("json/4111111111111111", `{}`))
	require.ErrorContains(t, err, "is encoded as")
}

func FuzzStrict(f *testing.F) {
	f.Add(`{"v":1,"name":"a"}`)
	f.Add(`{"v":1,"v":2}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, data string) {
		var m message
		if err := wire.DecodeStrict(raw(converter.MetadataEncodingJSON, data), 1, &m); err == nil {
			require.Equal(t, 1, m.V, "what is accepted has the known version: %q", data)
		}
	})
}

func TestDeadLetters(t *testing.T) {
	t.Parallel()
	var d wire.DeadLetters
	for i := range 100 {
		d.Add(wire.DeadLetter{Message: "m", Size: i})
	}
	require.Equal(t, 100, d.Count)
	require.Len(t, d.Last, 16)
	require.Equal(t, 84, d.Last[0].Size)
	require.Equal(t, 99, d.Last[15].Size)
}
