package storetest

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// Redis returns the address, host and port, of a Redis server of this process's
// own: on a free port of loopback, in a temporary directory, with nothing kept
// on disk. The first call starts it; it ends with the process. It fails the
// test when there is none on this machine, and says which package to install.
//
// Tests that share the server keep apart by the prefixes of their keys. With
// arguments for redis-server, such as "--appendonly", "yes", it is another
// server, which those with the same arguments share.
func Redis(t testing.TB, args ...string) string {
	t.Helper()
	once, _ := redisServers.LoadOrStore(strings.Join(args, "\n"), sync.OnceValues(func() (*server, error) {
		return startWithRetry(func() (*server, error) { return startRedis("redis-server", args...) })
	}))
	s, err := once.(func() (*server, error))()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("127.0.0.1:%d", s.port)
}

var redisServers sync.Map // by their arguments

func startRedis(name string, args ...string) (*server, error) {
	bin, err := exec.LookPath(name)
	if err != nil {
		return nil, fmt.Errorf("storetest: there is no %s on PATH; install it: apt-get install redis-server", name)
	}
	dir, err := os.MkdirTemp("", "storetest-redis-")
	if err != nil {
		return nil, err
	}
	return start(dir, func(port int) []string {
		words := []string{bin, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", dir, "--save", ""}
		return append(words, args...)
	}, redisReady)
}

// redisReady asks the server for its directory: another one on that port cannot
// be taken for it.
func redisReady(s *server) error {
	conn, err := net.DialTimeout("tcp4", fmt.Sprintf("127.0.0.1:%d", s.port), time.Second)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // the answer has been read
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("CONFIG GET dir\r\n")); err != nil {
		return err
	}
	answer := bufio.NewScanner(conn) // *2, $3, dir, the length of the value, and the value
	for range 5 {
		if !answer.Scan() {
			return errors.Join(errors.New("it does not say which directory is its own"), answer.Err())
		}
	}
	if got := strings.TrimSpace(answer.Text()); got != s.dir {
		return fmt.Errorf("the server on port %d has the directory %q", s.port, got)
	}
	return nil
}
