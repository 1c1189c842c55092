package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/support/exampletest"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
)

func TestMain(m *testing.M) {
	defer exampletest.Start().Stop()
	m.Run()
}

func TestEachOrderEndsAsItsFailuresDemand(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out), "%s", &out)
	for _, line := range []string{
		`small-\w+ +shipped: charged 1 times, paid back 0 times, by 1 requests\n`,
		`small-\w+ +parcel-small-\w+ with 2 items\n`,
		`large-\w+ +sam decides on large-order: approve\n`,
		`large-\w+ +shipped: charged 1 times, paid back 0 times`,
		`large-\w+ +parcel-large-\w+ with 3 items\n`,
		`rejected-\w+ +refused: charged 0 times`,
		`rejected-\w+ +because the order was rejected\n`,
		`busy-\w+ +shipped: charged 1 times, paid back 0 times`,
		`fraud-\w+ +refused: charged 0 times`,
		`fraud-\w+ +because it looks like fraud\n`,
		`declined-\w+ +refused: charged 0 times`,
		`declined-\w+ +because calling /charges: HTTP 402 Payment Required`,
		`lost-\w+ +ada decides on unclear-charge: approve\n`,
		`lost-\w+ +shipped: charged 1 times, paid back 0 times, by [2-9] requests\n`,
		`revoked-\w+ +ada decides on unclear-charge: approve\n`,
		`revoked-\w+ +shipped: charged 1 times, paid back 0 times, by 1 requests\n`,
		`no-items-\w+ +refunded: charged 1 times, paid back 1 times`,
		`no-items-\w+ +because no item has come\n`,
		`no-address-\w+ +refunded: charged 1 times, paid back 1 times`,
		`no-address-\w+ +because .*HTTP 422`,
		`silent-\w+ +refunded: charged 1 times, paid back 1 times`,
		`canceled-\w+ +refunded: charged 1 times, paid back 1 times`,
		`canceled-\w+ +because canceled\n`,
	} {
		require.Regexp(t, line, out.String())
	}
	exampletest.RequireShown(t, "order", out.String())
}

func TestBadArgumentsAreRefused(t *testing.T) {
	require.ErrorContains(t, run(t.Context(), []string{"more"}, &bytes.Buffer{}), `there is no order "more"; give some of small large `)
	require.ErrorContains(t, run(t.Context(), []string{"-api", "http://127.0.0.1:1", "-partners", "8090"}, &bytes.Buffer{}),
		"missing port in address; give the host and port of a free address")
	var help bytes.Buffer
	require.ErrorIs(t, run(t.Context(), []string{"-help"}, &help), flag.ErrHelp)
	require.Contains(t, help.String(), "no-address silent canceled")
}

func TestWorkerThatCannotStartEndsTheProgram(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	require.ErrorContains(t, run(t.Context(), []string{"small"}, &bytes.Buffer{}), "no such file or directory")
}

func TestInterruptedProgramReturnsTheInterrupt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	require.ErrorIs(t, run(ctx, []string{"small"}, &bytes.Buffer{}), context.Canceled)
}

// The deployed worker is a process of its own: the environment sets it up, its health
// check answers while it runs, and SIGTERM stops it without an error.
func TestDeployedWorkerServesTheSameOrders(t *testing.T) {
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
	require.NoError(t, run(t.Context(), []string{"-api", "http://" + api + "/", "-partners", partners, "large", "busy"}, &out), "%s", &out)
	require.Regexp(t, `large-\w+ +shipped: charged 1 times`, out.String())
	require.Regexp(t, `busy-\w+ +shipped: charged 1 times`, out.String())
	require.NotContains(t, out.String(), "Temporal:", "the program looks for no server")

	healthcheck := func() error {
		command := exec.CommandContext(t.Context(), binary, "healthcheck")
		command.Env = env
		return command.Run()
	}
	require.NoError(t, healthcheck())
	require.NoError(t, worker.Process.Signal(syscall.SIGTERM))
	require.NoError(t, worker.Wait())
	require.Error(t, healthcheck())
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := loopback.Listen(t.Context())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}
