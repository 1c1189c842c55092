//go:build linux || darwin

package devserver

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

func TestConnectConfigured(t *testing.T) {
	nobody := net.JoinHostPort(loopback, strconv.Itoa(newPort(t)))
	config := func(t *testing.T, text string) string {
		file := filepath.Join(t.TempDir(), "temporal.toml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		t.Setenv("TEMPORAL_CONFIG_FILE", file)
		return file
	}

	t.Run("uses the address in the environment", func(t *testing.T) {
		running, err := Start(t.Context(), nil, Options{})
		require.NoError(t, err)
		defer running.Stop()
		t.Setenv("TEMPORAL_ADDRESS", running.ClientOptions.HostPort)
		t.Setenv("TEMPORAL_NAMESPACE", "orders")

		out := &screen{}
		server, err := Connect(t.Context(), out)
		require.NoError(t, err)
		require.Zero(t, server.PID)
		require.Equal(t, running.ClientOptions.HostPort, server.ClientOptions.HostPort)
		require.Equal(t, "orders", server.ClientOptions.Namespace)
		require.Equal(t, "Temporal: using the server at "+running.ClientOptions.HostPort+
			", set by the environment variable TEMPORAL_ADDRESS\n", out.String())
		server.Stop()
		requireAnswers(t, running)
	})

	t.Run("a configured namespace is there in a server it starts", func(t *testing.T) {
		t.Setenv("PATH", filepath.Dir(cli))
		t.Setenv("TEMPORAL_NAMESPACE", "orders")
		f, _ := newTestFinder(t)
		server, err := f.connect(t.Context())
		require.NoError(t, err)
		defer server.Stop()
		c, err := client.DialContext(t.Context(), server.ClientOptions)
		require.NoError(t, err)
		defer c.Close()
		_, err = c.WorkflowService().DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: "orders"})
		require.NoError(t, err)
	})

	t.Run("a private server heeds none of it", func(t *testing.T) {
		t.Setenv("TEMPORAL_ADDRESS", nobody)
		t.Setenv("TEMPORAL_NAMESPACE", "orders")
		t.Setenv("TEMPORAL_ENV", "no-such-preset") // the CLI would refuse it
		server, err := Start(t.Context(), nil, Options{})
		require.NoError(t, err)
		defer server.Stop()
		require.Equal(t, "default", server.ClientOptions.Namespace)
		requireAnswers(t, server)
	})

	t.Run("an address in the environment that does not answer", func(t *testing.T) {
		t.Setenv("TEMPORAL_ADDRESS", nobody)
		f, out := newTestFinder(t)
		_, err := f.connect(t.Context())
		require.ErrorContains(t, err, `devserver: no Temporal server answers at "`+nobody+
			`", set by the environment variable TEMPORAL_ADDRESS, within 3s (`)
		require.ErrorContains(t, err, "connection refused\"); start that server, or correct or remove the setting")
		require.Empty(t, out.String(), "nothing else is tried")
	})

	t.Run("an address in a profile that does not answer", func(t *testing.T) {
		file := config(t, "[profile.staging]\naddress = \""+nobody+"\"\n")
		t.Setenv("TEMPORAL_PROFILE", "staging")
		f, _ := newTestFinder(t)
		_, err := f.connect(t.Context())
		require.ErrorContains(t, err, `no Temporal server answers at "`+nobody+`", set by profile "staging" of `+file)
	})

	t.Run("the wait for a configured address ends with the context", func(t *testing.T) {
		t.Setenv("TEMPORAL_ADDRESS", nobody)
		f, _ := newTestFinder(t)
		f.patience = time.Hour
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := f.connect(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})

	t.Run("a profile that is missing", func(t *testing.T) {
		file := config(t, "[profile.default]\n")
		t.Setenv("TEMPORAL_PROFILE", "staging")
		_, err := Connect(t.Context(), nil)
		require.ErrorContains(t, err, `in profile "staging" of `+file+" cannot be used")
	})

	t.Run("a certificate that is missing", func(t *testing.T) {
		t.Setenv("TEMPORAL_ADDRESS", nobody)
		t.Setenv("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "/no/such/ca.pem")
		_, err := Connect(t.Context(), nil)
		require.ErrorContains(t, err, "cannot be used")
		require.ErrorContains(t, err, "/no/such/ca.pem")
	})
}
