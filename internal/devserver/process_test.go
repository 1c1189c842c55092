//go:build linux || darwin

package devserver

import (
	"context"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProcess(t *testing.T) {
	t.Parallel()

	t.Run("one that does not want to end is killed", func(t *testing.T) {
		t.Parallel()
		proc := run(t, "trap '' TERM; echo deaf; while :; do sleep 600; done", "deaf")
		proc.stop(10 * time.Millisecond)
		require.True(t, proc.ended())
		require.Equal(t, "signal: killed", proc.exit())
		requireGone(t, proc.pid)
	})

	t.Run("it outlives the thread that asked for it", func(t *testing.T) {
		t.Parallel()
		asked := make(chan *process)
		bin := script(t, "temporal", "echo here; exec sleep 600")
		go func() {
			runtime.LockOSThread() // without an unlock the thread ends with the goroutine
			proc, err := spawn(exec.Command(bin))
			if err != nil {
				t.Error(err)
			}
			asked <- proc
		}()
		proc := <-asked
		require.Eventually(t, func() bool { return strings.Contains(proc.log.text(), "here") }, soon, tick)
		require.Never(t, proc.ended, 100*time.Millisecond, tick)
		proc.stop(soon)
	})

	t.Run("stop may be called by several at once", func(t *testing.T) {
		t.Parallel()
		proc := run(t, "echo here; exec sleep 600", "here")
		stopped := make(chan bool)
		for range 4 {
			go func() {
				proc.stop(soon)
				stopped <- proc.ended()
			}()
		}
		for range 4 {
			require.True(t, <-stopped, "stop returns when the process is gone, to every caller")
		}
		require.Equal(t, "signal: terminated", proc.exit())
	})
}

func TestAnswerIsOfProcess(t *testing.T) {
	t.Parallel()
	l := launch{port: 7233, prints: 100 * time.Millisecond}

	t.Run("when it prints its address", func(t *testing.T) {
		t.Parallel()
		proc := run(t, "echo 'Temporal Server:  localhost:7233'; exec sleep 600", "Server")
		require.True(t, l.isAnswerOf(t.Context(), proc))
	})

	t.Run("when it says nothing and goes on", func(t *testing.T) {
		t.Parallel()
		proc := run(t, "echo here; exec sleep 600", "here")
		require.True(t, l.isAnswerOf(t.Context(), proc))
	})

	t.Run("not when it ends", func(t *testing.T) {
		t.Parallel()
		proc := run(t, "echo here; read nothing; exit 1", "here") // stdin is empty
		require.False(t, launch{port: 7233, prints: soon}.isAnswerOf(t.Context(), proc))
	})

	t.Run("not when the context ends", func(t *testing.T) {
		t.Parallel()
		proc := run(t, "echo here; exec sleep 600", "here")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.False(t, l.isAnswerOf(ctx, proc))
	})
}

// run starts a shell script and waits until it has printed a word.
func run(t *testing.T, body, word string) *process {
	t.Helper()
	proc, err := spawn(exec.Command(script(t, "temporal", body)))
	require.NoError(t, err)
	t.Cleanup(func() { proc.stop(soon) })
	require.Eventually(t, func() bool { return strings.Contains(proc.log.text(), word) }, soon, tick)
	return proc
}
