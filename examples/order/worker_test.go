package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
)

// The worker that one deploys is a process of its own: it is set up by its
// environment, tells that it lives, does the same, and ends well by SIGTERM.
func TestWorkerOfItsOwn(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "worker")
	built, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./worker").CombinedOutput()
	require.NoError(t, err, string(built))
	api, partners := freeAddress(t), freeAddress(t)
	env := append(os.Environ(), "ORDER_LISTEN="+api, "ORDER_PARTNERS=http://"+partners, "ORDER_PACE=8s",
		"ORDER_STORE="+filepath.Join(t.TempDir(), "records.db"), "ORDER_QUEUE="+t.Name())
	worker := exec.CommandContext(t.Context(), binary)
	worker.Env, worker.Stderr = env, os.Stderr
	require.NoError(t, worker.Start())

	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-api", "http://" + api + "/", "-partners", partners, "-large", "-busy"}, &out), "%s", &out)
	require.Regexp(t, `large +shipped: charged 1 times`, out.String())
	require.Regexp(t, `busy +shipped: charged 1 times`, out.String())
	require.NotContains(t, out.String(), "Temporal:", "no server is looked for")

	healthcheck := exec.CommandContext(t.Context(), binary, "healthcheck")
	healthcheck.Env = env
	require.NoError(t, healthcheck.Run())
	require.NoError(t, worker.Process.Signal(syscall.SIGTERM))
	require.NoError(t, worker.Wait())
	healthcheck = exec.CommandContext(t.Context(), binary, "healthcheck")
	healthcheck.Env = env
	require.Error(t, healthcheck.Run())
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := loopback.Listen(t.Context())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}
