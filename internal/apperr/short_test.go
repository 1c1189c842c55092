package apperr_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

func TestShort(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"short":                  {"no card", "no card"},
		"as long as it may be":   {"0123456789", "0123456789"},
		"longer":                 {"0123456789a", "0123456789 … (cut, it has 11 bytes)"},
		"cut between characters": {"012345678é", "012345678 … (cut, it has 11 bytes)"},
		"not UTF-8":              {"a\xffb", "a\uFFFDb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, apperr.Short(c.text, 10))
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		text := apperr.Short(string(rapid.SliceOf(rapid.Byte()).Draw(t, "text")), rapid.IntRange(0, 20).Draw(t, "limit"))
		require.True(t, utf8.ValidString(text))
		require.LessOrEqual(t, len(text), 20+len(" … (cut, it has 1000000 bytes)"))
		require.NotContains(t, text, strings.Repeat("x", 21))
	})
}
