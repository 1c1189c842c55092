package wire_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A message of ours is read as it was written, or refused: the decoder alone takes
// names in any case, and replaces text that is no UTF-8.
func TestStrictTakesNothingForSomethingElse(t *testing.T) {
	t.Parallel()
	const json = converter.MetadataEncodingJSON
	for name, c := range map[string]struct {
		raw     converter.RawValue
		problem string // empty: accepted
	}{
		"a field in another case":              {raw(json, `{"v":1,"Name":"a"}`), `unknown field "Name"`},
		"a field with a long s":                {raw(json, `{"v":1,"li\u017ft":1}`), "unknown field of 5 bytes"},
		"the version in another case":          {raw(json, `{"V":7}`), `set "v": 1`},
		"a field's name with an escape":        {raw(json, `{"v":1,"n\u0061me":"a"}`), ""},
		"bytes that are no UTF-8":              {raw(json, "{\"v\":1,\"name\":\"x\xff\"}"), "no UTF-8"},
		"a key that is no UTF-8":               {raw(json, "{\"v\":1,\"list\":{\"x\xff\":1}}"), "no UTF-8"},
		"half of a surrogate pair":             {raw(json, `{"v":1,"name":"\ud800"}`), "surrogate"},
		"the other half":                       {raw(json, `{"v":1,"name":"\udc00x"}`), "surrogate"},
		"a first half twice":                   {raw(json, `{"v":1,"list":["\uD800\uD800\udc00"]}`), "surrogate"},
		"half of a pair and another escape":    {raw(json, `{"v":1,"name":"\ud800\n"}`), "surrogate"},
		"half of a pair and what looks like u": {raw(json, `{"v":1,"name":"\ud800xudc00"}`), "surrogate"},
		"a surrogate pair":                     {raw(json, `{"v":1,"name":"\ud83d\ude00"}`), ""},
		"what only looks like half of a pair":  {raw(json, `{"v":1,"name":"\\ud800"}`), ""},
		"U+FFFD itself":                        {raw(json, `{"v":1,"name":"\ufffd\uFFFD`+"\ufffd"+`"}`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := wire.DecodeStrict(c.raw, 1, &message{})
			if c.problem == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.problem)
		})
	}
}

// What encoding/json has replaced is found, and what was U+FFFD before is no reason to
// refuse.
func TestTextThatIsNoUTF8(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value any
		good  bool
	}{
		"text":                      {"\ufffd and \"quotes\" \\ufffd", true},
		"bytes in a text":           {"x\xff", false},
		"half of a character":       {"x\xc3", false},
		"bytes after a backslash":   {"\\\xff", false},
		"bytes deep inside":         {[]any{map[string]any{"a": []string{"b", "\xfe"}}}, false},
		"bytes in a key of a map":   {map[string]int{"\xff": 1}, false},
		"bytes in JSON that is raw": {wire.RawJSON("[\"\xff\"]"), false},
		"half of a pair in raw":     {wire.RawJSON(`["\ud800"]`), false},
		"a byte slice":              {[]byte("\xff"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payload, err := wire.Payload(struct{ Value any }{c.value})
			require.NoError(t, err)
			err = wire.CheckText(payload.GetData(), true)
			require.Equal(t, c.good, err == nil, "%s", payload.GetData())
		})
	}
	require.NoError(t, wire.CheckText([]byte(`"\ufffd"`), false), "anyone else may write it so")
}
