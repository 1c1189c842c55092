//go:build linux || darwin

package devserver

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// programEnv makes this test binary behave as a program that uses the package.
// Its value is "port cache".
const programEnv = "DEVSERVER_TEST_PROGRAM"

// cli is the real Temporal CLI, found or built the way any test package gets it.
var cli string

func TestMain(m *testing.M) {
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "TEMPORAL_") {
			_ = os.Unsetenv(name)
		}
	}
	_ = os.Setenv("TEMPORAL_CONFIG_FILE", filepath.Join(os.TempDir(), "no-such-directory", "temporal.toml"))
	if role := os.Getenv(programEnv); role != "" {
		os.Exit(program(strings.Fields(role)))
	}

	var err error
	if cli, err = newFinder(os.Stderr).binary(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	m.Run()
}

// program is what the package documentation shows, on a port of its own.
func program(role []string) int {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	f := newFinder(os.Stdout)
	f.port, _ = strconv.Atoi(role[0])
	f.cache = role[1]
	f.every = 10 * time.Millisecond
	server, err := f.connect(ctx)
	if err != nil {
		fmt.Println("failed:", err)
		return 1
	}
	defer server.Stop()
	fmt.Println("ready", server.PID)
	<-ctx.Done()
	return 0
}
