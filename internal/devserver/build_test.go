//go:build linux || darwin

package devserver

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeGo is a `go` that "builds" a CLI which runs the real one, once the test
// lets it.
type fakeGo struct {
	bin, fifo, pidFile string
}

func newFakeGo(t *testing.T) fakeGo {
	t.Helper()
	dir := t.TempDir()
	g := fakeGo{fifo: filepath.Join(dir, "fifo"), pidFile: filepath.Join(dir, "pid")}
	require.NoError(t, syscall.Mkfifo(g.fifo, 0o600))
	g.bin = script(t, "go", `
		echo "$@"
		echo $$ >>`+g.pidFile+`
		read verdict <`+g.fifo+`
		echo "$verdict"
		[ "$verdict" = built ] || exit 1
		printf '#!/bin/sh\nexec "`+cli+`" "$@"\n' >"$GOBIN/temporal"
		/bin/chmod 755 "$GOBIN/temporal"`)
	t.Setenv("PATH", filepath.Dir(g.bin))
	return g
}

// finish waits until a build runs, then lets it end.
func (g fakeGo) finish(t *testing.T, verdict string) {
	t.Helper()
	var fifo *os.File
	require.Eventually(t, func() bool {
		var err error
		fifo, err = os.OpenFile(g.fifo, os.O_WRONLY|syscall.O_NONBLOCK, 0) // fails without a reader
		return err == nil
	}, soon, tick, "no build is running")
	_, err := fifo.WriteString(verdict + "\n")
	require.NoError(t, err)
	require.NoError(t, fifo.Close())
}

// requireOnlyLock says that a build that failed left nothing but a free lock.
func requireOnlyLock(t *testing.T, f finder) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(f.cache, "temporal-patterns", "*", "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.Equal(t, "lock", filepath.Base(files[0]))
	lock, err := os.Open(files[0])
	require.NoError(t, err)
	defer lock.Close()
	locked, err := tryLock(lock)
	require.NoError(t, err)
	require.True(t, locked, "the lock is free")
}

type found struct {
	bin string
	err error
}

func (f finder) binaryLater(ctx context.Context) <-chan found {
	later := make(chan found, 1)
	go func() {
		bin, err := f.binary(ctx)
		later <- found{bin, err}
	}()
	return later
}

func TestBuild(t *testing.T) {
	t.Run("builds once and shows that it is alive", func(t *testing.T) {
		g := newFakeGo(t)
		f, out := newTestFinder(t)
		left := filepath.Join(f.cache, "temporal-patterns", theCLI.folder(), tempPrefix+"killed")
		require.NoError(t, os.MkdirAll(left, 0o755))
		built := f.binaryLater(t.Context())
		require.Eventually(t, func() bool {
			return strings.Count(out.String(), "building the CLI: 0s\n") > 1
		}, soon, tick, "progress is reported")
		g.finish(t, "built")
		first := <-built
		require.NoError(t, first.err)
		require.FileExists(t, first.bin)
		require.NoDirExists(t, left, "what a killed build left is removed")
		require.Contains(t, out.String(), "built from its source (github.com/temporalio/cli/cmd/temporal@v1.5.1)")

		again, err := f.binary(t.Context()) // would block in the fake go
		require.NoError(t, err)
		require.Equal(t, first.bin, again)
	})

	t.Run("a failed build shows its last lines and leaves nothing", func(t *testing.T) {
		g := newFakeGo(t)
		f, _ := newTestFinder(t)
		failed := f.binaryLater(t.Context())
		g.finish(t, "temporal.go:1: no space left on device")
		err := (<-failed).err
		require.ErrorContains(t, err, "devserver: building the Temporal CLI v1.5.1 failed (exit status 1): see the last lines")
		require.ErrorContains(t, err, "\n  install -mod=mod github.com/temporalio/cli/cmd/temporal\n  temporal.go:1: no space")
		requireOnlyLock(t, f)
	})

	t.Run("the end of the context ends a build", func(t *testing.T) {
		g := newFakeGo(t)
		f, _ := newTestFinder(t)
		ctx, cancel := context.WithCancel(t.Context())
		failed := f.binaryLater(ctx)
		pid := readPID(t, g.pidFile)
		cancel()
		require.ErrorIs(t, (<-failed).err, context.Canceled)
		requireGone(t, pid)
		requireOnlyLock(t, f)
	})

	t.Run("without a network it says what to do", func(t *testing.T) {
		goTool, err := exec.LookPath("go")
		require.NoError(t, err)
		t.Setenv("PATH", filepath.Dir(goTool))
		t.Setenv("GOPROXY", "off")
		t.Setenv("GOMODCACHE", t.TempDir())
		t.Setenv("GOFLAGS", "-modcacherw -mod=vendor")
		f, _ := newTestFinder(t)
		_, err = f.binary(t.Context())
		require.ErrorContains(t, err, "the module download failed: no network, or the Go module proxy does not answer")
		require.ErrorContains(t, err, otherwise+", or set GOPROXY to a Go module proxy that answers")
		require.ErrorContains(t, err, "GOPROXY=off")
		requireOnlyLock(t, f)
	})

	t.Run("without a go it says what to do", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		f, _ := newTestFinder(t)
		_, err := f.binary(t.Context())
		require.EqualError(t, err, "devserver: neither `temporal` nor `go` is on PATH; "+otherwise)
		requireOnlyLock(t, f)
	})

	t.Run("a cache that cannot be written is named", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		f, _ := newTestFinder(t)
		f.cache = script(t, "file", "")
		_, err := f.binary(t.Context())
		require.ErrorContains(t, err, "devserver: cannot build the Temporal CLI in "+f.cache)
	})
}
