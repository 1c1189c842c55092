package exampletest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
)

func TestStartRemovesTheSettingsOfTheDeveloper(t *testing.T) {
	home := t.TempDir()
	file := filepath.Join(home, "temporalio", "temporal.toml")
	require.NoError(t, os.Mkdir(filepath.Dir(file), 0o700))
	require.NoError(t, os.WriteFile(file, []byte("[profile.default]\nnamespace = \"file\"\napi_key = \"secret\"\n"), 0o600))
	for name, value := range map[string]string{
		"TEMPORAL_ADDRESS": "127.0.0.1:1", "TEMPORAL_NAMESPACE": "prod", "TEMPORAL_API_KEY": "secret", "TEMPORAL_TLS": "true",
		"TEMPORAL_PROFILE": "prod", "TEMPORAL_CONFIG_FILE": file, "XDG_CONFIG_HOME": home,
	} {
		t.Setenv(name, value) // and sets it back at the end
	}
	server := Start()
	defer server.Stop()
	o, err := envconfig.LoadDefaultClientOptions()
	require.NoError(t, err)
	require.Equal(t, server.ClientOptions.HostPort, o.HostPort)
	require.Equal(t, server.ClientOptions.Namespace, o.Namespace)
	require.Nil(t, o.Credentials)
	require.Nil(t, o.ConnectionOptions.TLS)
	c, err := client.DialContext(t.Context(), o)
	require.NoError(t, err)
	c.Close()
}

const readme = "# Examples\n\n## a\n\ntext\n\n```sh\ngo run .\n```\n\n```\n… x 1\n  y …s\n…\n```\n\n## b\n\nno output\n\n## " +
	"c\n\n```\nz\n```\n"

func TestBlockReturnsTheOutputOfAProgram(t *testing.T) {
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

func TestMissingReturnsLinesThatWereNotPrinted(t *testing.T) {
	t.Parallel()
	shown := "… x 1\n  y …s\n…\n\na.b"
	require.Empty(t, missing(shown, "  y 0.4s  \na.b\nmore\n0.1 x 1\n"), "in any order, with more between")
	require.Equal(t, []string{"… x 1", "  y …s", "a.b"}, missing(shown, strings.ToUpper(shown)+"\n  y 4sx\na+b\nx 12"))
}

func TestScreenKeepsAllOutput(t *testing.T) {
	t.Parallel()
	var s Screen
	n, err := s.Write([]byte("a"))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	_, _ = s.Write([]byte("b"))
	require.Equal(t, "ab", s.String())
}
