//go:build docker

package compose_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A container is what docker inspect says of one.
type container struct {
	Name   string
	Config struct {
		User string
		Env  []string
	}
	HostConfig struct {
		ReadonlyRootfs bool
		Privileged     bool
		CapDrop        []string
		SecurityOpt    []string
		Memory         int64
		PortBindings   map[string][]struct{ HostIP string }
	}
}

func inspect(t *testing.T, id string) container {
	t.Helper()
	var all []container
	require.NoError(t, json.Unmarshal([]byte(docker(t, "inspect", id)), &all))
	require.Len(t, all, 1)
	return all[0]
}

func TestContainersAreConfined(t *testing.T) {
	all := containers(t)
	require.Len(t, all, 9)
	for name, id := range all {
		c := inspect(t, id)
		require.False(t, c.HostConfig.Privileged, name)
		require.NotZero(t, c.HostConfig.Memory, "%s has no memory limit", name)
		for port, bindings := range c.HostConfig.PortBindings {
			for _, b := range bindings {
				require.Equal(t, "127.0.0.1", b.HostIP, "%s publishes %s", name, port)
			}
		}
		require.Equal(t, []string{"ALL"}, c.HostConfig.CapDrop, name)
	}
	for _, name := range []string{"worker_1", "worker_2", "partners_1"} {
		c := inspect(t, all[name])
		require.Equal(t, "65532:65532", c.Config.User, name)
		require.True(t, c.HostConfig.ReadonlyRootfs, name)
		require.Contains(t, c.HostConfig.SecurityOpt, "no-new-privileges:true", name)
	}
}

// TestWorkerProcessHasNoPrivileges asks the kernel, not the engine.
func TestWorkerProcessHasNoPrivileges(t *testing.T) {
	for _, name := range []string{"worker_1", "worker_2"} {
		process := "/proc/" + docker(t, "inspect", "--format", "{{.State.Pid}}", containers(t)[name])
		status, err := os.ReadFile(process + "/status") //nolint:gosec // the process of a container
		require.NoError(t, err)
		for _, line := range []string{
			"Uid:\t65532\t65532\t65532\t65532\n", "Gid:\t65532\t65532\t65532\t65532\n", "NoNewPrivs:\t1\n",
			"CapPrm:\t0000000000000000\n", "CapEff:\t0000000000000000\n", "CapBnd:\t0000000000000000\n",
		} {
			require.Contains(t, string(status), line, name)
		}
		mounts, err := os.ReadFile(process + "/mounts") //nolint:gosec // the process of a container
		require.NoError(t, err)
		require.Regexp(t, `(?m)^overlay / overlay ro,`, string(mounts), name)
	}
}

// TestNoSecretIsShown looks for each generated password where people look who may
// not know it: the configuration and the history of images and containers, and logs.
func TestNoSecretIsShown(t *testing.T) {
	files, err := filepath.Glob("../../../deploy/secrets/*_password")
	require.NoError(t, err)
	require.Len(t, files, 4)
	var secrets []string
	for _, file := range files {
		secret, err := os.ReadFile(file) //nolint:gosec // a file of the repository
		require.NoError(t, err)
		require.Len(t, strings.TrimSpace(string(secret)), 48)
		secrets = append(secrets, strings.TrimSpace(string(secret)))
	}
	shown := map[string]string{}
	for name, id := range containers(t) {
		script := "docker inspect $0; docker logs $0 2>&1; docker top $0 -eo args 2>/dev/null || true"
		out, err := output(t.Context(), "sh", "-c", script, id)
		require.NoError(t, err)
		shown[name] = out
	}
	for line := range strings.Lines(docker(t, "images", "--quiet", "--no-trunc")) {
		image := strings.TrimSpace(line)
		shown[image] = docker(t, "inspect", image) + docker(t, "history", "--no-trunc", image)
	}
	require.Greater(t, len(shown), 10)
	for where, text := range shown {
		for i, secret := range secrets {
			require.NotContains(t, text, secret, "%s shows %s", where, files[i])
		}
	}
	dir, err := os.Stat("../../../deploy/secrets")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), dir.Mode().Perm())
}
