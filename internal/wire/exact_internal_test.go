package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// repeatedByTokens is the same by the tokens of encoding/json, which is slow.
func repeatedByTokens(data []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(data))
	var open []map[string]bool // nil for a list
	key := false
	for {
		token, err := dec.Token()
		if err != nil {
			return false
		}
		inObject := len(open) > 0 && open[len(open)-1] != nil
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
			key = len(open) > 0 && open[len(open)-1] != nil
			continue
		case string:
			if inObject && key {
				if open[len(open)-1][t] {
					return true
				}
				open[len(open)-1][t] = true
				key = false
				continue
			}
		}
		key = inObject
	}
}

func draw(t *rapid.T, depth int) string {
	kinds := 5
	if depth == 0 {
		kinds = 3
	}
	text := func() string {
		return rapid.SampledFrom([]string{`"a"`, `"A"`, `"b"`, `"\u0061"`, `"a\""`, `"{\\"`, `"]"`, `","`, `"é"`, `"É"`}).Draw(t, "text")
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return text()
	case 1:
		return rapid.SampledFrom([]string{"1", "-2.5e3", "true", "null", " {} ", "[ ]"}).Draw(t, "value")
	case 3:
		var all []string
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			all = append(all, draw(t, depth-1))
		}
		return "[" + strings.Join(all, " , ") + "]"
	default:
		var all []string
		for range rapid.IntRange(0, 3).Draw(t, "fields") {
			all = append(all, text()+" : "+draw(t, max(depth-1, 0)))
		}
		return "{" + strings.Join(all, ",") + "}"
	}
}

func TestExactAgreesWithTokens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		data := []byte(draw(t, 3))
		require.True(t, json.Valid(data), "%s", data)
		require.Equal(t, repeatedByTokens(data), exact(data, new(any)) != nil, "%s", data)
	})
}

// folding has fields that the decoder finds in any spelling, and keys that are the
// user's.
type folding struct {
	K     any
	Costs any `json:"costs"`
	Inner *folding
	List  []folding
	Map   map[string]folding
	Later json.RawMessage
	Any   any
	inlined
}

type inlined struct{ Deep any }

func TestRepeatedFields(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range 100 {
		many = append(many, fmt.Sprintf(`"f%d":1`, i))
	}
	long := func(more string) string { return "{" + strings.Join(many, ",") + "," + more + "}" }
	for name, c := range map[string]struct {
		data  string
		twice bool
	}{
		"a field in two spellings":               {`{"K":1,"k":2}`, true},
		"a field with the sign for kelvin":       {`{"K":1,"\u212a":2}`, true},
		"a field with a long s":                  {`{"costs":1,"co\u017fts":2}`, true},
		"a field of a struct inside":             {`{"Inner":{"K":1,"k":2}}`, true},
		"a field of a struct in a list":          {`{"List":[{},{"K":1,"k":2}]}`, true},
		"a field of a struct in a map":           {`{"Map":{"a":{"K":1,"k":2}}}`, true},
		"a field of an embedded struct":          {`{"Deep":1,"deep":2}`, true},
		"a struct, below a misspelled name":      {`{"inner":{"K":1,"k":2}}`, true},
		"keys of a map":                          {`{"Map":{"a":{},"A":{}}}`, false},
		"a key of a map twice":                   {`{"Map":{"A":{},"a":{},"A":{}}}`, true},
		"a key of a map twice, the second":       {`{"Map":{"A":{},"a":{},"a":{}}}`, true},
		"keys of what is decoded later":          {`{"Later":{"k":1,"K":{"a":1,"A":2}}}`, false},
		"a key twice in what is decoded later":   {`{"Later":{"k":1,"K":{"a":1,"a":2}}}`, true},
		"keys of anything":                       {`{"Any":[{"k":1,"K":2}]}`, false},
		"keys of a map, and a field, each twice": {`{"Map":{"a":{},"A":{"K":1,"k":1}}}`, true},
		"many keys":                              {`{"Any":` + long(`"g":1`) + `}`, false},
		"many keys, one in another spelling":     {`{"Any":` + long(`"F77":2`) + `}`, false},
		"many keys, an early one twice":          {`{"Any":` + long(`"f7":2`) + `}`, true},
		"many keys, a late one twice":            {`{"Any":` + long(`"f77":2`) + `}`, true},
		"many keys, a late one in two spellings": {`{"Any":` + long(`"F77":2,"F77":2`) + `}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.True(t, json.Valid([]byte(c.data)))
			require.Equal(t, c.twice, exact([]byte(c.data), &folding{}) != nil)
		})
	}
}
