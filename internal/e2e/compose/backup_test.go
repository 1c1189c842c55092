//go:build docker

package compose_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
)

// TestBackupIsRestoredIntoNewStack loses everything but the backup: volumes, secrets
// and images. An order that waited for approval goes on in the new stack, which has
// other passwords.
func TestBackupIsRestoredIntoNewStack(t *testing.T) {
	id := "backup-" + rand.Text()[:6]
	dir := filepath.Join(t.TempDir(), "dumps")
	require.NoError(t, submit(t.Context(), id))
	require.NoError(t, reaches(t.Context(), id, orders.Approving))
	require.NoError(t, command(t.Context(), "bash", stack, "backup", dir))
	require.NoError(t, command(t.Context(), "bash", stack, "remove"))
	require.NoError(t, command(t.Context(), "bash", stack, "up"))
	_, err := api(0).Progress(t.Context(), id)
	require.Error(t, err, "the new stack knows the order before it is restored")
	require.NoError(t, command(t.Context(), "bash", stack, "restore", dir))
	require.NoError(t, finish(t.Context(), id))
	requireChargedOnce(t, id)
}

func TestRestoreWithoutBackupChangesNothing(t *testing.T) {
	require.ErrorContains(t, command(t.Context(), "bash", stack, "restore", t.TempDir()), "temporal.dump is missing")
	for _, name := range []string{"temporal_1", "worker_1", "worker_2"} {
		requireHealthy(t, name)
	}
}
