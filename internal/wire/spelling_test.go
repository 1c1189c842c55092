package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// encoding/json takes names of fields in any case. In a message of ours, such a name
// is not known.
func TestFieldsAreSpelledExactly(t *testing.T) {
	t.Parallel()
	type inner struct {
		ID     string   `json:"id"`
		Groups []string `json:"groups"`
	}
	type message struct {
		inner
		Actor  inner            `json:"actor"`
		Others []inner          `json:"others"`
		Any    map[string]inner `json:"any"`
		Later  json.RawMessage  `json:"later"`
		Plain  string
	}
	for name, c := range map[string]struct{ text, want string }{
		"as they are":              {`{"id":"1","groups":["A"],"actor":{"id":"2"},"others":[{"id":"3"}],"Plain":"x"}`, ""},
		"keys of a map":            {`{"any":{"A":{"id":"1"},"a":{"id":"2"}}}`, ""},
		"what is decoded later":    {`{"later":{"ID":1,"id":2}}`, ""},
		"texts":                    {`{"id":"ID","groups":["GROUPS"]}`, ""},
		"at the top":               {`{"Actor":{"id":"2"}}`, `unknown field "Actor"`},
		"of an embedded struct":    {`{"ID":"1"}`, `unknown field "ID"`},
		"nested":                   {`{"actor":{"Id":"2"}}`, `unknown field "Id"`},
		"in a list":                {`{"others":[{"id":"1"},{"GROUPS":[]}]}`, `unknown field "GROUPS"`},
		"in a map":                 {`{"any":{"A":{"iD":"1"}}}`, `unknown field "iD"`},
		"with escapes":             {`{"\u0049d":"1"}`, `unknown field "Id"`},
		"with a long s":            {`{"groupſ":["A"]}`, "unknown field of 7 bytes"},
		"both, the other behind":   {`{"id":"1","ID":"2"}`, "a field twice"},
		"both, the other in front": {`{"ID":"1","id":"2"}`, `unknown field "ID"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := wire.Object([]byte(c.text), &message{})
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
		})
	}
}
