//go:build linux || darwin

package devserver

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// testProgram is a program in a process group of its own, like one that a shell
// starts in a terminal.
type testProgram struct {
	cmd  *exec.Cmd
	out  *screen
	done chan struct{}
}

func startProgram(t *testing.T, f finder) testProgram {
	t.Helper()
	p := testProgram{cmd: exec.Command(os.Args[0]), out: &screen{}, done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", programEnv, f.port, f.cache))
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, p.cmd.Start())
	go func() {
		_ = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() { p.signal(t, syscall.SIGKILL) })
	return p
}

// signal signals the group, as the terminal does for Ctrl-C, and waits for the
// program's end.
func (p testProgram) signal(t *testing.T, sig syscall.Signal) {
	t.Helper()
	select {
	case <-p.done:
	default:
		_ = syscall.Kill(-p.cmd.Process.Pid, sig)
		<-p.done
	}
}

// ready waits for the program to report its server's process, 0 if it found one.
func (p testProgram) ready(t *testing.T) (pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, after, ok := strings.Cut(p.out.String(), "\nready ")
		n, _ := fmt.Sscanf(after, "%d\n", &pid)
		return ok && n == 1
	}, soon, tick, "the program is not ready:\n%s", p.out)
	return pid
}

func TestProgram(t *testing.T) {
	t.Run("Ctrl-C lets the program stop its server", func(t *testing.T) {
		f, _ := newTestFinder(t)
		t.Setenv("PATH", pathOf(t, "temporal", cli))
		p := startProgram(t, f)
		server := p.ready(t)
		group, err := syscall.Getpgid(server)
		require.NoError(t, err)
		require.Equal(t, server, group, "Ctrl-C does not reach the server")

		p.signal(t, syscall.SIGINT)
		require.Zero(t, p.cmd.ProcessState.ExitCode())
		requireEnded(t, server)
		require.NoError(t, portFree(f.port))
	})

	t.Run("Ctrl-C during the build leaves nothing", func(t *testing.T) {
		g := newFakeGo(t)
		f, _ := newTestFinder(t)
		p := startProgram(t, f)
		builder := readPID(t, g.pidFile)

		p.signal(t, syscall.SIGINT)
		require.Contains(t, p.out.String(), "failed: devserver: interrupted while building the Temporal CLI")
		requireEnded(t, builder)
		requireOnlyLock(t, f)
	})

	t.Run("of two programs one builds, the other waits", func(t *testing.T) {
		g := newFakeGo(t)
		f, _ := newTestFinder(t)
		a := startProgram(t, f)
		readPID(t, g.pidFile)
		b := startProgram(t, f)
		require.Eventually(t, func() bool {
			return strings.Contains(b.out.String(), "another program builds the CLI") && strings.Contains(b.out.String(), "waiting: 0s\n")
		}, soon, tick, "the second program says that it waits")

		g.finish(t, "built")
		first, second := a.ready(t), b.ready(t)
		require.NotEqual(t, first == 0, second == 0, "one starts the server, the other uses it")
		require.Equal(t, 1, strings.Count(readFile(t, g.pidFile), "\n"), "the CLI is built once")
		a.signal(t, syscall.SIGINT)
		b.signal(t, syscall.SIGINT)
		requireEnded(t, first+second)
	})

	t.Run("Ctrl-C ends the wait for another program's build", func(t *testing.T) {
		g := newFakeGo(t)
		f, _ := newTestFinder(t)
		a := startProgram(t, f)
		readPID(t, g.pidFile)
		b := startProgram(t, f)
		require.Eventually(t, func() bool {
			return strings.Contains(b.out.String(), "another program builds the CLI")
		}, soon, tick, "the second program says that it waits")

		b.signal(t, syscall.SIGINT)
		require.Contains(t, b.out.String(), "failed: devserver: interrupted while waiting for another program to build the Temporal CLI")
		g.finish(t, "built")
		require.NotZero(t, a.ready(t), "the first program goes on")
		a.signal(t, syscall.SIGINT)
	})
}
