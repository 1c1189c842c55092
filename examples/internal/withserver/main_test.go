package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
)

const roleEnv = "WITHSERVER_ROLE"

// TestMain is also this program, and the programs that it runs in tests.
func TestMain(m *testing.M) {
	if os.Getenv(roleEnv) == "" {
		m.Run()
		return
	}
	switch os.Args[1] {
	case "withserver":
		os.Args = os.Args[1:]
		main()
	case "look":
		look()
	case "fail":
		os.Exit(7)
	case "stop": // when it is told to
		told := make(chan os.Signal, 1)
		signal.Notify(told, syscall.SIGTERM)
		fmt.Println("ready")
		<-told
		look()
		fmt.Println("stopped beside its server")
		os.Exit(3)
	}
}

// look looks for the server.
func look() {
	c, err := client.Dial(envconfig.MustLoadDefaultClientOptions())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	c.Close()
}

func TestProgramHasThePrivateServerAndItsExitCodeCounts(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	t.Setenv(roleEnv, "program")
	for name, value := range map[string]string{ // of a server of others
		"TEMPORAL_ADDRESS": "127.0.0.1:1", "TEMPORAL_NAMESPACE": "prod", "TEMPORAL_API_KEY": "secret", "TEMPORAL_PROFILE": "prod",
	} {
		t.Setenv(name, value)
	}
	require.NoError(t, run(t.Context(), []string{self, "look"}))
	err = run(t.Context(), []string{self, "fail"})
	require.ErrorContains(t, err, "exit status 7")
	require.Equal(t, 7, code(err))
	err = run(t.Context(), []string{"no-such-program"})
	require.ErrorContains(t, err, "not found")
	require.Equal(t, 1, code(err))
	require.EqualError(t, run(t.Context(), nil), "there is no program to run; give it as the first argument")
}

func TestStoppedProgramHasItsServerUntilItsEnd(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	t.Setenv(roleEnv, "withserver")
	var screen exampletest.Screen
	cmd := exec.CommandContext(t.Context(), self, "withserver", self, "stop")
	cmd.Stdout, cmd.Stderr = &screen, &screen
	require.NoError(t, cmd.Start())
	require.Eventually(t, func() bool { return strings.Contains(screen.String(), "ready\n") }, time.Minute, 10*time.Millisecond)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	require.Error(t, cmd.Wait())
	require.Equal(t, 3, cmd.ProcessState.ExitCode(), screen.String())
	require.Contains(t, screen.String(), "stopped beside its server\n")
}
