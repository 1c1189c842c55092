package main

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

const commandEnv = "WITHSERVER_COMMAND"

// TestMain is also the command of the tests: it looks for its server.
func TestMain(m *testing.M) {
	if os.Getenv(commandEnv) == "" {
		m.Run()
		return
	}
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS")})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	c.Close()
	if len(os.Args) > 1 {
		os.Exit(7)
	}
}

func TestRun(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	t.Setenv(commandEnv, "1")
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1") // no server of others
	require.NoError(t, run(t.Context(), []string{self}))
	require.ErrorContains(t, run(t.Context(), []string{self, "fail"}), "exit status 7")
	require.EqualError(t, run(t.Context(), nil), "there is no command to run; give it behind the name of this program")
}
