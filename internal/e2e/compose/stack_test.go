//go:build docker

package compose_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
)

func TestOrderIsApprovedAndShipped(t *testing.T) {
	id := "one-" + rand.Text()[:6]
	require.NoError(t, submit(t.Context(), id))
	require.NoError(t, finish(t.Context(), id))
	requireChargedOnce(t, id)
}

func TestOpenGatesOutliveTheStack(t *testing.T) {
	id := "open-" + rand.Text()[:6]
	require.NoError(t, submit(t.Context(), id))
	require.NoError(t, reaches(t.Context(), id, orders.StateApproving))
	require.NoError(t, command(t.Context(), "bash", stack, "down"))
	require.Empty(t, containers(t))
	require.NoError(t, command(t.Context(), "bash", stack, "up"))
	require.NoError(t, finish(t.Context(), id))
	requireChargedOnce(t, id)
}

// TestContainersAreKilled ends the main process of one container after the other,
// as a crash does. Before each kill it places orders, which are being approved and
// shipped meanwhile. The partners are left alone: they stand for other companies, and
// their ledger is the witness.
func TestContainersAreKilled(t *testing.T) {
	run := rand.Text()[:6]
	failed := make([]error, *orderCount)
	id := func(i int) string { return fmt.Sprintf("kill-%s-%d", run, i) }
	var all sync.WaitGroup
	start := func(from, to int) {
		for i := from; i < to; i++ {
			all.Go(func() {
				if failed[i] = submit(t.Context(), id(i)); failed[i] == nil {
					failed[i] = finish(t.Context(), id(i))
				}
			})
		}
	}
	names := []string{"worker_1", "temporal_1", "worker_2", "postgres_1"}
	for i := range *killCount {
		name := names[i%len(names)]
		start(*orderCount*i / *killCount, *orderCount*(i+1) / *killCount)
		kill(t, name)
		requireHealthy(t, name)
	}
	all.Wait()
	for i, err := range failed {
		require.NoError(t, err)
		requireChargedOnce(t, id(i))
	}
	t.Logf("%d orders shipped and charged once, under %d kills", *orderCount, *killCount)
}

// kill sends SIGKILL to the main process: "docker kill" would count as a stop by a
// person, and the engine would not start the container again.
func kill(t *testing.T, name string) {
	t.Helper()
	pid, err := strconv.Atoi(docker(t, "inspect", "--format", "{{.State.Pid}}", containers(t)[name]))
	require.NoError(t, err)
	require.Positive(t, pid, name)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
}

func requireHealthy(t *testing.T, name string) {
	t.Helper()
	require.Eventually(t, func() bool {
		return docker(t, "inspect", "--format", "{{.State.Health.Status}} {{.State.Running}}", containers(t)[name]) == "healthy true"
	}, patience, 250*time.Millisecond, "%s is not healthy", name)
}

func TestWorkersAreRolledToAnotherImage(t *testing.T) {
	id := "roll-" + rand.Text()[:6]
	require.NoError(t, submit(t.Context(), id))
	require.NoError(t, reaches(t.Context(), id, orders.StateApproving))
	busy := make(chan error, 1)
	go func() {
		other := id + "-meanwhile"
		err := submit(t.Context(), other)
		if err == nil {
			err = finish(t.Context(), other)
		}
		busy <- err
	}()
	t.Cleanup(func() { require.NoError(t, os.Unsetenv("ORDERS_TAG")) })
	require.NoError(t, os.Setenv("ORDERS_TAG", "v2")) //nolint:usetesting // the script of the next step and TestMain read it
	docker(t, "tag", "orders/partners:dev", "orders/partners:v2")
	require.NoError(t, command(t.Context(), "docker-compose", "--file", "../../../deploy/compose.yaml",
		"--project-directory", "../../../deploy", "up", "--detach", "--build", "--no-deps", "worker"))
	for _, name := range []string{"worker_1", "worker_2"} {
		requireHealthy(t, name)
		require.True(t, strings.HasSuffix(docker(t, "inspect", "--format", "{{.Config.Image}}", containers(t)[name]), ":v2"))
	}
	require.NoError(t, <-busy)
	require.NoError(t, finish(t.Context(), id))
	requireChargedOnce(t, id)
	requireChargedOnce(t, id+"-meanwhile")
}
