package exampletest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const readme = "# Examples\n\n## a\n\ntext\n\n```sh\ngo run .\n```\n\n```\n… x 1\n  y …s\n…\n```\n\n## b\n\nno output\n\n## " +
	"c\n\n```\nz\n```\n"

func TestBlock(t *testing.T) {
	t.Parallel()
	text, ok := block(readme, "a")
	require.True(t, ok)
	require.Equal(t, "… x 1\n  y …s\n…\n", text)
	text, ok = block(readme, "c")
	require.True(t, ok)
	require.Equal(t, "z\n", text)
	for _, none := range []string{"b", "d"} {
		_, ok = block(readme, none)
		require.False(t, ok, none)
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	shown := "… x 1\n  y …s\n…\n\na.b"
	require.Empty(t, missing(shown, "  y 0.4s  \na.b\nmore\n0.1 x 1\n"), "in any order, with more between")
	require.Equal(t, []string{"… x 1", "  y …s", "a.b"}, missing(shown, strings.ToUpper(shown)+"\n  y 4sx\na+b\nx 12"))
}

func TestScreen(t *testing.T) {
	t.Parallel()
	var s Screen
	n, err := s.Write([]byte("a"))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, _ = s.Write([]byte("b"))
	require.Equal(t, "ab", s.String())
}
