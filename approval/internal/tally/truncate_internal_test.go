package tally

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// No character takes more in JSON than it is counted for, and none but the one that
// stands for broken text takes less.
func TestBytesOfACharacterInJSON(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) || r == utf8.RuneError {
			continue
		}
		data, err := json.Marshal(string(r))
		require.NoError(t, err)
		if n := len(data) - len(`""`); n != runeBytes(r) {
			require.Equal(t, n, runeBytes(r), "%U", r)
		}
	}
	broken, err := json.Marshal("\xff")
	require.NoError(t, err)
	require.Equal(t, len(broken)-len(`""`), jsonBytes("\xff"))
}

func TestTruncate(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		most int
		want string
	}{
		"what fits":                {"abc", 3, "abc"},
		"what does not":            {"abcd", 3, "abc…"},
		"a whole character":        {"aéé", 4, "aé…"},
		"none of it":               {"é", 1, "…"},
		"nothing":                  {"", 0, ""},
		"six bytes in JSON":        {"<<<", 12, "<<…"},
		"two bytes in JSON":        {"\n\n\n", 5, "\n\n…"},
		"broken text":              {"a\xffbcd", 8, "ab…"},
		"separators of lines":      {"\u2028\u2028", 11, "\u2028…"},
		"characters of four bytes": {strings.Repeat("😀", 3), 8, "😀😀…"},
	} {
		require.Equal(t, c.want, truncate(c.text, c.most), name)
	}
}
