package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
)

const commandEnv = "WITHSERVER_COMMAND"

// TestMain is also this program, and the commands that the tests run beside a server.
func TestMain(m *testing.M) {
	if os.Getenv(commandEnv) == "" {
		m.Run()
		return
	}
	told := make(chan os.Signal, 1)
	switch role := os.Args[1]; role {
	case "withserver":
		os.Args = os.Args[1:]
		main()
	case "look":
		look()
	case "fail":
		os.Exit(7)
	case "go": // which does not pass a signal on
		cmd := exec.Command(os.Args[0], os.Args[2:]...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		_ = cmd.Run()
	case "deaf":
		signal.Notify(told, syscall.SIGTERM)
		fmt.Println("ready")
		for {
			<-told
		}
	case "stop", "stop-failing": // when it is told to
		signal.Notify(told, syscall.SIGTERM)
		fmt.Println("ready")
		<-told
		look()
		fmt.Println("stopped beside its server")
		if role == "stop-failing" {
			os.Exit(3)
		}
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

func TestRun(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	t.Setenv(commandEnv, "1")
	for name, value := range map[string]string{ // of a server of others
		"TEMPORAL_ADDRESS": "127.0.0.1:1", "TEMPORAL_NAMESPACE": "prod", "TEMPORAL_API_KEY": "secret", "TEMPORAL_PROFILE": "prod",
	} {
		t.Setenv(name, value)
	}
	require.NoError(t, run(t.Context(), []string{self, "look"}))
	err = run(t.Context(), []string{self, "fail"})
	require.ErrorContains(t, err, "exit status 7")
	require.Equal(t, 7, code(err))
	err = run(t.Context(), []string{"no-such-command"})
	require.ErrorContains(t, err, "not found")
	require.Equal(t, 1, code(err))
	require.EqualError(t, run(t.Context(), nil), "there is no command to run; give it behind the name of this program")
}
