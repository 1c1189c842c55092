//go:build servers

package devserver

import (
	"net/url"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

// The same server with its data in PostgreSQL.
func TestStartFullOnPostgreSQL(t *testing.T) {
	dsn, err := url.Parse(storetest.PostgreSQL(t))
	require.NoError(t, err)
	port, err := strconv.Atoi(dsn.Port())
	require.NoError(t, err)
	o := FullOptions{Dir: t.TempDir(), PostgreSQL: &PostgreSQL{Host: dsn.Hostname(), Port: port, User: dsn.User.Username()}}
	server, err := StartFull(t.Context(), os.Stderr, o)
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	start(t, server, "kept")
	server.Kill()
	again, err := StartFull(t.Context(), os.Stderr, o)
	require.NoError(t, err)
	t.Cleanup(again.Stop)
	c, err := client.DialContext(t.Context(), again.ClientOptions)
	require.NoError(t, err)
	defer c.Close()
	require.Eventually(t, func() bool {
		_, err := c.DescribeWorkflowExecution(t.Context(), "kept", "")
		return err == nil
	}, soon, 10*tick)
}

// start starts a workflow, as soon as the namespace is known everywhere.
func start(t *testing.T, s *Server, id string) {
	t.Helper()
	c, err := client.DialContext(t.Context(), s.ClientOptions)
	require.NoError(t, err)
	defer c.Close()
	require.Eventually(t, func() bool {
		_, err = c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: "none"}, "none")
		return err == nil
	}, soon, tick, "%v", err)
}
