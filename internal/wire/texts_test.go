package wire_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A text names the field that is wrong, or none.
func TestTextsOfWrongTypes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ data, want string }{
		"a field":           {`{"name":7}`, `field "name" does not take what was sent`},
		"the message":       {`"text"`, "its type does not take what was sent"},
		"the message, list": {`[1]`, "its type does not take what was sent"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := wire.Decode[message](raw(converter.MetadataEncodingJSON, c.data))
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), `""`)
		})
	}
}

type talkative struct{ Text string }

func (v talkative) Validate() error { return errors.New(strings.Repeat(v.Text, 10_000)) }

// What a message's own Validate says goes into history, which takes valid UTF-8 and
// not too much of it.
func TestTextsOfValidateAreBounded(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\xff", "é", "x"} {
		data := wire.FromJSON([]byte(`{"Text":"x"}`))
		_, err := wire.Decode[talkative](data)
		require.Less(t, len(err.Error()), 1_000)
		_, err = wire.Decode[shouting](wire.FromJSON([]byte(`"` + text + `"`)))
		require.True(t, utf8.ValidString(err.Error()))
	}
}

type shouting string

func (shouting) Validate() error { return errors.New("no \xff\xfe") }
