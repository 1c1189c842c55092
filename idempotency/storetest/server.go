package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"time"
)

const (
	startTime  = 30 * time.Second // how long a server may take until it answers
	startTries = 3                // another process can take the free port first
)

// server runs a process with a port of its own on loopback and a directory of
// its own. It ends when this process does, however that ends.
type server struct {
	port   int
	dir    string
	exited chan struct{}  // closed when the server and its directory are no more
	input  io.WriteCloser // open as long as the server is to run
}

// watchdogScript runs as the parent of a server. It ends the server when its input is closed,
// which happens at the latest when the process that holds the other end is
// gone, and deletes the directory when the server has ended.
const watchdogScript = `
dir=$1
shift
trap : INT TERM HUP
exec 3<&0
"$@" 3<&- &
server=$!
{
	read -r _ <&3
	tries=0
	while kill -TERM "$server" && [ "$tries" -lt 100 ]; do
		kill -INT "$server" # PostgreSQL would wait for its clients after TERM alone
		tries=$((tries + 1))
		sleep 0.1
	done
	kill -KILL "$server"
} 2>/dev/null &
watcher=$!
while kill -0 "$server" 2>/dev/null; do
	wait "$server"
done
kill "$watcher" 2>/dev/null
rm -rf "$dir"
`

// errEnded says that a server did not get as far as answering, as when its port
// was taken in the meantime.
var errEnded = errors.New("it has ended before it was ready")

// startWithRetry starts a server, once more when it has ended.
func startWithRetry(start func() (*server, error)) (s *server, err error) {
	for range startTries {
		if s, err = start(); !errors.Is(err, errEnded) {
			break
		}
	}
	return s, err
}

// start runs the command that serve makes for a port, and waits until ready.
// The directory is deleted when it fails.
func start(dir string, serve func(port int) []string, ready func(*server) error) (*server, error) {
	s, err := startIn(dir, serve, ready)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

func startIn(dir string, serve func(port int) []string, ready func(*server) error) (*server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &server{port: port, dir: dir, exited: make(chan struct{})}
	out, err := os.CreateTemp(dir, "log-")
	if err != nil {
		return nil, err
	}
	defer out.Close() //nolint:errcheck // the server has it open
	words := serve(port)
	cmd := command(append([]string{"sh", "-c", watchdogScript, "keep", dir}, words...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	if s.input, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = cmd.Wait() // how it ended stands in its log
		close(s.exited)
	}()
	if err := s.await(ready); err != nil {
		err = fmt.Errorf("storetest: %q on port %d: %w; its last lines are:\n%s", words, port, err, tail(out))
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// await asks until the server is ready, or is no more.
func (s *server) await(ready func(*server) error) error {
	deadline := time.NewTimer(startTime)
	defer deadline.Stop()
	ask := time.NewTicker(20 * time.Millisecond)
	defer ask.Stop()
	for {
		err := ready(s)
		if err == nil {
			return nil
		}
		select {
		case <-s.exited:
			return errEnded
		case <-deadline.C:
			return fmt.Errorf("it is not ready after %s: %w", startTime, err)
		case <-ask.C:
		}
	}
}

// stop ends the server, and returns when it and its directory are no more.
func (s *server) stop() error {
	err := s.input.Close()
	<-s.exited
	return err
}

// tail returns the end of a log, which may have been deleted but is still open.
func tail(log *os.File) []byte {
	all, err := io.ReadAll(io.NewSectionReader(log, 0, 1<<20))
	if err != nil {
		return []byte(err.Error())
	}
	lines := bytes.Split(bytes.TrimSpace(all), []byte("\n"))
	return bytes.Join(lines[max(0, len(lines)-10):], []byte("\n"))
}

// command runs in an environment that says nothing about other servers.
func command(words ...string) *exec.Cmd {
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	return cmd
}

func freePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close() //nolint:errcheck // it has accepted nothing
	return l.Addr().(*net.TCPAddr).Port, nil
}
