package storetest

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestServersThatAreMissing(t *testing.T) {
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		_, err := startPostgreSQL(t.TempDir() + "/*/bin")
		require.ErrorContains(t, err, "apt-get install postgresql")
	})
	t.Run("Redis", func(t *testing.T) {
		t.Parallel()
		_, err := startRedis("no-such-redis-server")
		require.ErrorContains(t, err, "apt-get install redis-server")
	})
}

func TestStart(t *testing.T) {
	t.Parallel()
	t.Run("says why a server has ended", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir() + "/server"
		require.NoError(t, os.Mkdir(dir, 0o700))
		_, err := start(dir, func(int) []string { return []string{"sh", "-c", "echo no room; exit 1"} }, notReady)
		require.ErrorContains(t, err, "it has ended before it was ready")
		require.ErrorContains(t, err, "no room")
		require.NoDirExists(t, dir)
	})
	t.Run("stop ends the server and deletes its directory", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir() + "/server"
		require.NoError(t, os.Mkdir(dir, 0o700))
		s, err := start(dir, func(int) []string { return []string{"sleep", "600"} }, func(*server) error { return nil })
		require.NoError(t, err)
		require.NoError(t, s.stop())
		require.NoDirExists(t, dir)
	})
	t.Run("a server does not outlive a process that is killed", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir() + "/server"
		require.NoError(t, os.Mkdir(dir, 0o700))
		input, held, err := os.Pipe()
		require.NoError(t, err)
		process := exec.Command("sleep", "600") // stands for that of a test, which holds the pipe
		process.ExtraFiles = []*os.File{held}
		require.NoError(t, process.Start())
		keeper := exec.Command("sh", "-c", watchdogScript, "keep", dir, "sleep", "600")
		keeper.Stdin = input
		require.NoError(t, keeper.Start())
		require.NoError(t, errors.Join(held.Close(), input.Close(), process.Process.Kill()))
		require.Error(t, process.Wait())
		require.NoError(t, keeper.Wait(), "its server has ended")
		require.NoDirExists(t, dir)
	})
}

func notReady(*server) error { return os.ErrNotExist }
