//go:build docker

package compose_test

import (
	"crypto/rand"
	"os"
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
	require.NoError(t, reaches(t.Context(), id, orders.StateApproving))
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

// TestUpRefusesDataWithoutItsSecrets asserts that new passwords are not made for a
// volume that has others: each service would fail to sign in, without a reason.
func TestUpRefusesDataWithoutItsSecrets(t *testing.T) {
	const secrets = "../../../deploy/secrets"
	kept := filepath.Join(t.TempDir(), "secrets")
	require.NoError(t, os.Rename(secrets, kept))
	t.Cleanup(func() { require.NoError(t, os.Rename(kept, secrets)) })
	err := command(t.Context(), "bash", stack, "up")
	require.ErrorContains(t, err, "the volume orders_postgres-data exists")
	require.ErrorContains(t, err, "put the directory back")
	require.NoDirExists(t, secrets)
}
