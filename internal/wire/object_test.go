package wire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

func TestObject(t *testing.T) {
	t.Parallel()
	var got struct {
		Name string `json:"name"`
	}
	require.NoError(t, wire.DecodeObject([]byte(" {\"name\":\"ann\"}\n"), &got))
	require.Equal(t, "ann", got.Name)
	for text, want := range map[string]string{
		"":                                "not a JSON object",
		`["a"]`:                           "not a JSON object",
		`{"name":"a"`:                     "not readable",
		`{"name":"a"}{}`:                  "no valid JSON at byte 13",
		`{"nam":"a"}`:                     `unknown field "nam"`,
		`{"name":"a","name":"b"}`:         "a field twice",
		`{"Name":"a"}`:                    `unknown field "Name"`,
		"{\"name\":\"\xff\"}":             "no UTF-8",
		`{"name":41111,"x":"4111"}`:       `field "name" does not take`,
		`{"SSN 4111111111111111":"a"}`:    "does not fit the type",
		`{"name":"4111111111111111" 4111`: "no valid JSON",
	} {
		err := wire.DecodeObject([]byte(text), &got)
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "4111", "nothing is quoted")
	}
}
