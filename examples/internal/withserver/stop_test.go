//go:build linux || darwin

package main

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/internal/exampletest"
)

// self starts this test binary in a role, and waits until it is ready.
func self(t *testing.T, roles ...string) (*exec.Cmd, *exampletest.Screen) {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	cmd, screen := exec.Command(program, roles...), &exampletest.Screen{}
	for i, role := range roles {
		if role == "self" {
			cmd.Args[1+i] = program
		}
	}
	cmd.Env = append(os.Environ(), commandEnv+"=1")
	cmd.Stdout, cmd.Stderr = screen, screen
	ownGroup(cmd)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { killGroup(cmd.Process.Pid) })
	require.Eventually(t, func() bool { return strings.Contains(screen.String(), "ready\n") }, time.Minute, 10*time.Millisecond, "it is ready")
	return cmd, screen
}

// A command that is told to stop has the time for it, and its exit code counts.
func TestStop(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		command []string
		code    int
		signal  syscall.Signal
	}{
		"well":     {[]string{"self", "stop"}, 0, syscall.SIGTERM},
		"badly":    {[]string{"self", "stop-failing"}, 3, syscall.SIGINT},
		"below go": {[]string{"self", "go", "stop"}, 1, syscall.SIGTERM}, // go itself is ended by the signal
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd, screen := self(t, append([]string{"withserver"}, c.command...)...)
			require.NoError(t, cmd.Process.Signal(c.signal)) // not to its group
			_ = cmd.Wait()
			require.Equal(t, c.code, cmd.ProcessState.ExitCode(), screen.String())
			require.Contains(t, screen.String(), "stopped beside its server\n")
		})
	}
}

func TestKill(t *testing.T) {
	t.Parallel()
	cmd, _ := self(t, "deaf")
	terminateGroup(cmd.Process.Pid)
	awaitGroup(cmd.Process.Pid, 100*time.Millisecond)
	require.EqualError(t, cmd.Wait(), "signal: killed")
	require.False(t, groupRuns(cmd.Process.Pid))
}
