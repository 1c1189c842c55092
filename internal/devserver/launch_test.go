//go:build linux || darwin

package devserver

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLaunch(t *testing.T) {
	t.Parallel()

	t.Run("a server that ends at once shows its last lines", func(t *testing.T) {
		t.Parallel()
		pidFile := filepath.Join(t.TempDir(), "pid")
		l := launch{port: newPort(t), bin: script(t, "temporal", `echo $$ >`+pidFile+`
			echo "unable to open database file" >&2; exit 3`)}
		_, err := l.start(t.Context())
		require.ErrorContains(t, err, "ended before it answered (exit status 3)")
		require.ErrorContains(t, err, "\n  unable to open database file")
		requireGone(t, readPID(t, pidFile))
	})

	t.Run("a server that ends at once in silence", func(t *testing.T) {
		t.Parallel()
		_, err := launch{port: newPort(t), bin: script(t, "temporal", "exit 0")}.start(t.Context())
		require.ErrorContains(t, err, "ended before it answered (exit status 0)")
		require.ErrorContains(t, err, "(it wrote nothing)")
	})

	t.Run("a server that never answers is ended", func(t *testing.T) {
		t.Parallel()
		pidFile := filepath.Join(t.TempDir(), "pid")
		l := launch{port: newPort(t), within: 5 * time.Second, bin: script(t, "temporal", `echo "waiting for the moon"
			echo $$ >`+pidFile+`; exec sleep 600`)}
		_, err := l.start(t.Context())
		require.ErrorContains(t, err, "did not answer within 5s")
		require.ErrorContains(t, err, "connection refused")
		require.ErrorContains(t, err, "\n  waiting for the moon")
		requireGone(t, readPID(t, pidFile))
	})

	t.Run("what a server leaves behind ends with it", func(t *testing.T) {
		t.Parallel()
		pidFile := filepath.Join(t.TempDir(), "pid")
		_, err := launch{port: newPort(t), bin: script(t, "temporal", "sleep 600 & echo $! >"+pidFile)}.start(t.Context())
		require.ErrorContains(t, err, "ended before it answered")
		requireEnded(t, readPID(t, pidFile))
	})

	t.Run("the end of the context ends a server that is starting", func(t *testing.T) {
		t.Parallel()
		pidFile := filepath.Join(t.TempDir(), "pid")
		l := launch{port: newPort(t), bin: script(t, "temporal", "echo $$ >"+pidFile+"; exec sleep 600")}
		ctx, cancel := context.WithCancelCause(t.Context())
		failed := make(chan error, 1)
		go func() {
			_, err := l.start(ctx)
			failed <- err
		}()
		pid := readPID(t, pidFile)
		cause := errors.New("no more patience")
		cancel(cause)
		err := <-failed
		require.ErrorIs(t, err, cause)
		require.ErrorContains(t, err, "nothing is left running, run it again")
		requireGone(t, pid)
	})

	t.Run("a context that has ended starts nothing", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := launch{port: newPort(t), bin: "/no/such/file"}.start(ctx)
		require.ErrorIs(t, err, context.Canceled)
	})

	t.Run("a file that cannot be run is named", func(t *testing.T) {
		t.Parallel()
		_, err := launch{port: newPort(t), bin: "/no/such/file"}.start(t.Context())
		require.ErrorContains(t, err, "devserver: cannot run /no/such/file")
	})

	t.Run("the answer of another server on the port is not taken for its own", func(t *testing.T) {
		t.Parallel()
		pidFile := filepath.Join(t.TempDir(), "pid")
		l := launch{port: newPort(t), prints: soon, bin: script(t, "temporal", "echo $$ >"+pidFile+"; exec sleep 600")}
		ended := make(chan error, 1)
		go func() {
			_, err := l.start(t.Context())
			ended <- err
		}()
		pid := readPID(t, pidFile)
		other, err := Start(t.Context(), nil, Options{Port: l.port})
		require.NoError(t, err)
		defer other.Stop()
		require.Never(t, func() bool { return len(ended) > 0 }, 300*time.Millisecond, tick)
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		require.ErrorContains(t, <-ended, "ended before it answered (signal: killed)")
	})

	t.Run("a port lost to another person is tried again elsewhere", func(t *testing.T) {
		t.Parallel()
		ports := filepath.Join(t.TempDir(), "ports")
		bin := script(t, "temporal", "echo $6 >>"+ports+"; echo 'oh: listen tcp 127.0.0.1:1: bind: address already in use!'; exit 1")
		_, err := launch{bin: bin}.start(t.Context())
		require.ErrorIs(t, err, errPortTaken)
		require.ErrorContains(t, err, "is not free (the server says: listen tcp 127.0.0.1:1: bind: address already in use)")
		tried := strings.Fields(readFile(t, ports))
		require.Len(t, tried, startAttempts)
		require.NotEqual(t, tried[0], tried[1])
	})

	t.Run("a port that the server chose and lost is no reason to give up", func(t *testing.T) {
		t.Parallel()
		once := filepath.Join(t.TempDir(), "once")
		bin := script(t, "temporal", "[ -e "+once+" ] && exec "+cli+` "$@"
			: >`+once+"; echo 'bind: address already in use'; exit 1")
		server, err := launch{bin: bin, port: newPort(t), namespace: "default"}.start(t.Context())
		require.NoError(t, err)
		defer server.Stop()
		requireAnswers(t, server)
	})
}
