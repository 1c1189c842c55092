//go:build servers

package devserver

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

// The server that one deploys is killed in the middle, is started again, and
// goes on where it was.
func TestStartFull(t *testing.T) {
	o := FullOptions{Dir: t.TempDir()}
	server, err := StartFull(t.Context(), os.Stderr, o)
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	version := func(s *Server) string {
		ctx, cancel := context.WithTimeout(t.Context(), soon)
		defer cancel()
		c, err := client.DialContext(ctx, s.ClientOptions)
		require.NoError(t, err)
		defer c.Close()
		info, err := c.WorkflowService().GetSystemInfo(ctx, nil)
		require.NoError(t, err)
		return info.GetServerVersion()
	}
	require.Equal(t, FullVersion[1:], version(server))
	start(t, server, "kept")
	server.Kill()
	requireGone(t, server.PID)

	again, err := StartFull(t.Context(), os.Stderr, o)
	require.NoError(t, err)
	t.Cleanup(again.Stop)
	require.Equal(t, server.ClientOptions.HostPort, again.ClientOptions.HostPort)
	c, err := client.DialContext(t.Context(), again.ClientOptions)
	require.NoError(t, err)
	defer c.Close()
	require.Eventually(t, func() bool {
		_, err := c.DescribeWorkflowExecution(t.Context(), "kept", "")
		return err == nil
	}, soon, 10*tick)
}
