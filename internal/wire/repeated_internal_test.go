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
				if open[len(open)-1][strings.ToLower(t)] {
					return true
				}
				open[len(open)-1][strings.ToLower(t)] = true
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

func TestRepeatedAgreesWithTokens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		data := []byte(draw(t, 3))
		require.True(t, json.Valid(data), "%s", data)
		require.Equal(t, repeatedByTokens(data), repeated(data) != nil, "%s", data)
	})
	var many []string
	for i := range 100 {
		many = append(many, fmt.Sprintf(`"f%d":1`, i))
	}
	require.NoError(t, repeated([]byte("{"+strings.Join(many, ",")+"}")))
	require.Error(t, repeated([]byte("{"+strings.Join(append(many, `"F77":2`), ",")+"}")))
	require.Error(t, repeated([]byte("{"+strings.Join(append(many, `"F7":2`), ",")+"}")))
}
