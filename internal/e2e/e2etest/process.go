package e2etest

import (
	"context"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Process is a worker process.
type Process struct {
	cmd   *exec.Cmd
	stdin io.Closer
}

// Launch starts this test binary as a worker process on a task queue, with further
// environment variables. Call Kill or Wait at the end.
func Launch(queue string, env ...string) (*Process, error) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), queueEnv+"="+queue), env...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &Process{cmd: cmd, stdin: stdin}, cmd.Start()
}

// StartProcess is Launch for a test, whose end kills the process.
func StartProcess(t testing.TB, queue string, env ...string) *Process {
	t.Helper()
	p, err := Launch(queue, env...)
	require.NoError(t, err)
	t.Cleanup(p.Kill)
	return p
}

// Kill sends SIGKILL, which leaves the worker no time to shut down, and waits for
// the end of the process.
func (p *Process) Kill() {
	if p.cmd.ProcessState == nil {
		_ = p.cmd.Process.Kill()
		_ = p.Wait()
	}
}

// Signal sends a signal to the process.
func (p *Process) Signal(s os.Signal) error { return p.cmd.Process.Signal(s) }

// Wait waits for the end of the process.
func (p *Process) Wait() error {
	err := p.cmd.Wait()
	_ = p.stdin.Close()
	return err
}

// parentContext returns a context that ends when the process of the test does, and
// with it this worker's standard input.
func parentContext() context.Context {
	ctx, end := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		end()
	}()
	return ctx
}

// Interrupt returns the channel that a worker's Run takes: it closes with ctx.
func Interrupt(ctx context.Context) <-chan any {
	done := make(chan any)
	context.AfterFunc(ctx, func() { close(done) })
	return done
}
