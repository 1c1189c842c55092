package storetest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// PostgreSQL returns the DSN of a PostgreSQL server of this process's own: on a
// free port of loopback, in a temporary directory, with the settings that it
// comes with. The first call starts it, which takes a second or two; it ends
// with the process. It fails the test when there is none on this machine, and
// says which package to install.
//
// The account of the DSN may do everything. Tests that share the server keep
// apart by databases, schemas or names of tables.
func PostgreSQL(t testing.TB) string {
	t.Helper()
	s, err := postgreSQL()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", s.port)
}

var postgreSQL = sync.OnceValues(func() (*server, error) {
	return startWithRetry(func() (*server, error) { return startPostgreSQL("/usr/lib/postgresql/*/bin") })
})

func startPostgreSQL(dirs string) (*server, error) {
	bin, err := postgresBin(dirs)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "storetest-postgresql-")
	if err != nil {
		return nil, err
	}
	as, err := unprivileged(dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	data := filepath.Join(dir, "data")
	initdb := command(append(as, filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "postgres",
		"--auth", "trust", "--no-locale", "--encoding", "UTF8", "--no-sync")...)
	initdb.Dir = dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("storetest: %q: %w\n%s", initdb.Args, err, out), os.RemoveAll(dir))
	}
	return start(dir, func(port int) []string {
		return append(as, filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(port), "-k", dir,
			"-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200")
	}, postgresReady)
}

// postgresBin returns the directory of the newest PostgreSQL.
func postgresBin(dirs string) (string, error) {
	found, err := filepath.Glob(filepath.Join(dirs, "initdb"))
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		if onPath, err := exec.LookPath("initdb"); err == nil {
			return filepath.Dir(onPath), nil
		}
		return "", fmt.Errorf("storetest: there is no PostgreSQL server in %s nor on PATH; install it: apt-get install postgresql", dirs)
	}
	return filepath.Dir(slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })), nil
}

// version returns 15 for /usr/lib/postgresql/15/bin/initdb.
func version(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb)))) // what is no number comes first
	return n
}

// unprivileged gives dir to an account that may run PostgreSQL, which refuses
// root, and returns the words that come before a command to run it so.
func unprivileged(dir string) ([]string, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		if account, err = user.Lookup("nobody"); err != nil {
			return nil, fmt.Errorf("storetest: root may not run PostgreSQL, and there is no other account to run it: %w", err)
		}
	}
	uid, err := strconv.Atoi(account.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(account.Gid)
	if err != nil {
		return nil, err
	}
	return []string{"setpriv", "--reuid=" + account.Uid, "--regid=" + account.Gid, "--clear-groups", "--"}, os.Chown(dir, uid, gid)
}

// postgresReady reads what the server itself writes about its state: another
// one on that port cannot be taken for it.
func postgresReady(s *server) error {
	file, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	if err != nil {
		return err
	}
	if lines := strings.Split(string(file), "\n"); len(lines) < 8 || strings.TrimSpace(lines[7]) != "ready" {
		return fmt.Errorf("its postmaster.pid says %q", file)
	}
	return nil
}
