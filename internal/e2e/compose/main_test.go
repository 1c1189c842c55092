//go:build docker

package compose_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	orderCount = flag.Int("orders", 12, "orders under kills")
	killCount  = flag.Int("kills", 4, "containers that are killed")
	keep       = flag.Bool("keep", false, "leave the engine and the stack running")
)

// engine is where the engine keeps its data: the next run finds the images there.
const engine = "../../../.cache/engine"

// stack is the script that people use.
const stack = "../../../deploy/stack.sh"

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := filepath.Abs(engine)
	if err == nil {
		err = prepare(dir)
	}
	if err == nil {
		err = command(context.Background(), "bash", "engine.sh", "start", dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code := 1
	if err := command(context.Background(), "bash", stack, "up"); err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
	}
	if *keep {
		fmt.Println("left running: DOCKER_HOST=" + os.Getenv("DOCKER_HOST"))
		return code
	}
	if err := errors.Join(removed(), command(context.Background(), "bash", "engine.sh", "stop", dir)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// removed removes the stack and returns an error if anything of it is left.
func removed() error {
	if err := command(context.Background(), "bash", stack, "remove"); err != nil {
		return err
	}
	const script = "docker ps --all --quiet; docker volume ls --quiet; docker images --quiet 'orders/*'; ls -d $0 2>/dev/null || true"
	left, err := output(context.Background(), "sh", "-c", script, "../../../deploy/secrets")
	if err == nil && left != "" {
		err = fmt.Errorf("\"stack.sh remove\" has left containers, volumes, images or secrets: %s", left)
	}
	return err
}

// prepare makes the script use this engine and Debian's clients.
func prepare(dir string) error {
	for name, value := range map[string]string{
		"DOCKER_HOST": "unix://" + filepath.Join(dir, "docker.sock"),
		"PATH":        "/usr/bin:" + os.Getenv("PATH"),
		"COMPOSE":     "/usr/bin/docker-compose", "COMPOSE_DOCKER_CLI_BUILD": "1", "DOCKER_BUILDKIT": "1",
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// command runs a command and returns what it printed in its error.
func command(ctx context.Context, name string, args ...string) error {
	_, err := output(ctx, name, args...)
	return err
}

func output(ctx context.Context, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(ctx, name, args...)
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, tail(stdout.String()), tail(stderr.String()))
	}
	return stdout.String(), nil
}

func tail(s string) string {
	const most = 3000
	return s[max(0, len(s)-most):]
}

func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := output(t.Context(), "docker", args...)
	require.NoError(t, err)
	return strings.TrimSpace(out)
}

// containers returns the IDs of the stack's containers by their names.
func containers(t *testing.T) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for line := range strings.Lines(docker(t, "ps", "--all", "--no-trunc", "--format", "{{.Names}} {{.ID}}")) {
		name, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		ids[strings.TrimPrefix(name, "orders_")] = id
	}
	return ids
}
