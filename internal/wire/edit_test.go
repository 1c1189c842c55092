package wire_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

type order struct {
	Name  string          `json:"name"`
	Note  string          `json:"note,omitempty"`
	Items []item          `json:"items,omitempty"`
	More  json.RawMessage `json:"more,omitempty"`
}

type item struct {
	N int `json:"n"`
}

func TestEdit(t *testing.T) {
	t.Parallel()
	before := wire.FromJSON([]byte(`{"name":"a","note":"x"}`))
	for name, c := range map[string]struct{ after, problem string }{
		"the whole":                           {`{"name":"b","note":"y"}`, ""},
		"more":                                {`{"name":"b","note":"","items":[{"n":1}]}`, ""},
		"what is decoded later":               {`{"name":"b","note":"y","more":{"k":1,"K":2}}`, ""},
		"a field less":                        {`{"name":"b"}`, `field "note" is missing`},
		"an unknown field":                    {`{"name":"b","note":"y","x":1}`, `unknown field "x"`},
		"a field less in a list":              {`{"name":"b","note":"y","items":[{}]}`, `field "n" is missing`},
		"null in a list":                      {`{"name":"b","note":"y","items":[null]}`, "item 1 of a list is null"},
		"null":                                {`{"name":null,"note":"y"}`, `field "name" is null`},
		"two spellings of what is left empty": {`{"name":"b","note":"y","items":[],"Items":[]}`, `unknown field "Items"`},
		"no JSON":                             {`{"name":`, "not a wire_test.order"},
	} {
		_, err := wire.DecodeEdit[order](before, wire.FromJSON([]byte(c.after)))
		if c.problem == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, c.problem, name)
	}
	for _, after := range []string{`7`, `"x"`, `[1]`, `{"a":[]}`} {
		_, err := wire.DecodeEdit[any](wire.FromJSON([]byte(`{"a":{"b":1}}`)), wire.FromJSON([]byte(after)))
		require.ErrorContains(t, err, "another kind of value", after)
	}
	_, err := wire.DecodeEdit[any](wire.FromJSON([]byte(`{"a":{"b":1}}`)), wire.FromJSON([]byte(`{"a":{"b":"x","c":1},"d":2}`)))
	require.NoError(t, err, "what has no type may have more")
	_, err = wire.DecodeEdit[map[string]int](wire.FromJSON([]byte(`{"SSN 4111111111111111":1}`)), wire.FromJSON([]byte(`{}`)))
	require.ErrorContains(t, err, "of 20 bytes is missing")
	require.NotContains(t, err.Error(), "4111", "nothing is quoted")
}

func TestAlike(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after, problem string }{
		"another value":         {`{"a":1,"b":"x","c":true,"d":[{"e":1}],"f":null}`, `{"a":2,"b":"","c":false,"d":[{"e":2},{"e":3}],"f":{}}`, ""},
		"an empty list":         {`[]`, `[1,"x"]`, ""},
		"one of several shapes": {`[1,"x"]`, `["y",2]`, ""},
		"a fraction before":     {`1.5`, `2`, ""},
		"no object":             {`{"a":1}`, `1`, "not an object"},
		"no list":               {`{"a":[1]}`, `{"a":1}`, `field "a" is not a list`},
		"another kind of item":  {`[1]`, `["x"]`, "not a number"},
		"a fraction":            {`1`, `1.0`, "not a number like the one before"},
		"no text":               {`"x"`, `1`, "not text"},
		"neither true or false": {`true`, `"true"`, "not true or false"},
		"a field less":          {`{"a":{"b":1}}`, `{"a":{}}`, `field "b" is missing`},
		"a field more":          {`{"a":{"b":1}}`, `{"a":{"b":1,"c":2}}`, `unknown field "c"`},
		"a field twice":         {`{"a":1}`, `{"a":1,"a":2}`, "twice"},
		"no JSON":               {`1`, `{`, "not readable"},
	} {
		err := wire.Alike([]byte(c.before), []byte(c.after))
		if c.problem == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, c.problem, name)
	}
}

// ReadOrZero judges nothing, and what is not there is the zero value.
func TestValue(t *testing.T) {
	t.Parallel()
	v, err := wire.ReadOrZero[message](wire.FromJSON([]byte(`{"v":1,"later":true}`)))
	require.NoError(t, err, "Validate would refuse it")
	require.Equal(t, 1, v.V)
	for _, data := range []string{"", "null"} {
		v, err := wire.ReadOrZero[*message](wire.FromJSON([]byte(data)))
		require.NoError(t, err)
		require.Nil(t, v)
	}
	_, err = wire.ReadOrZero[int](wire.FromJSON([]byte(`"4111"`)))
	require.ErrorContains(t, err, "not readable")
	require.NotContains(t, err.Error(), "4111")
}

func TestCompactAgreesWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := map[string]any{rapid.String().Draw(t, "key"): []any{rapid.String().Draw(t, "text"), " \t\"\\ ", 1.5, nil}}
		data, err := json.MarshalIndent(value, " ", "\t")
		require.NoError(t, err)
		var want bytes.Buffer
		require.NoError(t, json.Compact(&want, data))
		require.Equal(t, want.String(), wire.Compact(data))
	})
}
