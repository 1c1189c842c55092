package exampletest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
)

// Nothing of what a developer has set for another server is left.
func TestStart(t *testing.T) {
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
