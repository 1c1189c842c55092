//go:build linux || darwin

package devserver

import (
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

func TestStart(t *testing.T) {
	t.Parallel()

	t.Run("a private server answers, and is gone after stop", func(t *testing.T) {
		t.Parallel()
		server, err := Start(t.Context(), nil, Options{})
		require.NoError(t, err)
		defer server.Stop()
		requireAnswers(t, server)
		require.Equal(t, "default", server.ClientOptions.Namespace)
		require.Empty(t, server.UI, "tests need no Web UI")
		require.NoError(t, syscall.Kill(server.PID, 0), "PID is a process")
		require.FileExists(t, filepath.Join(server.dir, "temporal.db"))

		server.Stop()
		require.NoDirExists(t, server.dir)
		requireGone(t, server.PID)
		require.NoError(t, portFree(portOf(t, server)), "the port is free again")
		server.Stop() // the second call has nothing to do
	})

	t.Run("two servers run side by side", func(t *testing.T) {
		t.Parallel()
		var servers [2]*Server
		for i := range servers {
			server, err := Start(t.Context(), nil, Options{})
			require.NoError(t, err)
			defer server.Stop()
			servers[i] = server
		}
		require.NotEqual(t, servers[0].ClientOptions.HostPort, servers[1].ClientOptions.HostPort)

		servers[0].Stop()
		requireAnswers(t, servers[1])
	})

	t.Run("a killed server comes back with its data on its port", func(t *testing.T) {
		t.Parallel()
		opts := Options{Port: newPort(t), DBFilename: filepath.Join(t.TempDir(), "temporal.db")}
		server, err := Start(t.Context(), nil, opts)
		require.NoError(t, err)
		defer server.Stop()
		c, err := client.DialContext(t.Context(), server.ClientOptions)
		require.NoError(t, err)
		defer c.Close()
		run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: "nobody"}, "Any")
		require.NoError(t, err)

		require.NoError(t, syscall.Kill(server.PID, syscall.SIGKILL))
		server.Stop() // reaps it
		requireGone(t, server.PID)

		server, err = Start(t.Context(), nil, opts)
		require.NoError(t, err)
		defer server.Stop()
		described, err := c.DescribeWorkflowExecution(t.Context(), run.GetID(), run.GetRunID())
		require.NoError(t, err, "the old client reaches the new server")
		require.Equal(t, run.GetID(), described.GetWorkflowExecutionInfo().GetExecution().GetWorkflowId())
	})

	t.Run("arguments reach the server", func(t *testing.T) {
		t.Parallel()
		server, err := Start(t.Context(), nil, Options{Args: []string{"--no-such-flag"}})
		require.ErrorContains(t, err, "unknown flag: --no-such-flag")
		require.Nil(t, server)
	})

	t.Run("a port outside the range is refused", func(t *testing.T) {
		t.Parallel()
		_, err := Start(t.Context(), nil, Options{Port: 65536})
		require.EqualError(t, err, "devserver: Options.Port is 65536; set 1 to 65535, or 0 for a free port")
	})

	t.Run("a taken port is named", func(t *testing.T) {
		t.Parallel()
		port := listen(t)
		_, err := Start(t.Context(), nil, Options{Port: port})
		require.EqualError(t, err, "devserver: port "+strconv.Itoa(port)+" of 127.0.0.1 is not free; "+
			"stop the program that listens there, or choose another Options.Port (0 picks a free one)")
	})
}

func portOf(t *testing.T, server *Server) int {
	t.Helper()
	port, err := strconv.Atoi(server.ClientOptions.HostPort[len(loopback)+1:])
	require.NoError(t, err)
	return port
}
