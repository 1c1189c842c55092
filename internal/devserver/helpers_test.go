//go:build linux || darwin

package devserver

import (
	"bytes"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	soon = 20 * time.Second // far more than a machine under load needs
	tick = 10 * time.Millisecond
)

// screen is where a test's progress goes; several goroutines may write.
type screen struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(b)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// newTestFinder looks at free ports and an empty cache, and reports often.
func newTestFinder(t *testing.T) (finder, *screen) {
	t.Helper()
	out := &screen{}
	f := newFinder(out)
	f.port, f.uiPort = newPort(t), newPort(t)
	f.cache = t.TempDir()
	f.every = time.Millisecond
	f.patience = 3 * time.Second
	return f, out
}

func newPort(t *testing.T) int {
	t.Helper()
	port, err := freePort()
	require.NoError(t, err)
	return port
}

// script writes an executable shell script and returns its path.
func script(t *testing.T, name, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	syscall.ForkLock.RLock() // a child forked meanwhile would hold the file open: "text file busy"
	err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755)
	syscall.ForkLock.RUnlock()
	require.NoError(t, err)
	return path
}

// pathOf returns a directory that holds nothing but a link to target.
func pathOf(t *testing.T, name, target string) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Symlink(target, filepath.Join(dir, name)))
	return dir
}

// listen takes a port the way a program that is no Temporal server does.
func listen(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().(*net.TCPAddr).Port
}

func requireAnswers(t *testing.T, server *Server) {
	t.Helper()
	require.NoError(t, answers(t.Context(), server.ClientOptions, soon), "the server answers at once, without waiting")
}

func requireGone(t *testing.T, pid int) {
	t.Helper()
	require.NotZero(t, pid)
	require.Eventually(t, func() bool {
		return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
	}, soon, tick, "process %d is still there", pid)
}

// requireEnded is requireGone for a process of another person, who may reap it
// late or never.
func requireEnded(t *testing.T, pid int) {
	t.Helper()
	require.NotZero(t, pid)
	require.Eventually(t, func() bool {
		stat, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) || bytes.Contains(stat, []byte(") Z "))
	}, soon, tick, "process %d still runs", pid)
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

// readPID waits for a script to write its process ID to a file.
func readPID(t *testing.T, file string) int {
	t.Helper()
	var pid int
	require.Eventually(t, func() bool {
		text, _ := os.ReadFile(file)
		line, whole := strings.CutSuffix(string(text), "\n")
		pid, _ = strconv.Atoi(line)
		return whole && pid != 0
	}, soon, tick, "the script has not started")
	return pid
}
