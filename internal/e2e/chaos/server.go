package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strconv"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// A cluster runs a server that can be killed and restarted, with the same data on the same
// port.
type cluster struct {
	*devserver.Server
	start func(context.Context, *devserver.Server) (*devserver.Server, error)
	what  string
}

// newCluster starts a private server: the server of the CLI with SQLite, or the full
// server with PostgreSQL.
func newCluster(ctx context.Context, postgres, dir string, out io.Writer) (*cluster, error) {
	t := &cluster{what: "server of the CLI, SQLite"}
	t.start = func(ctx context.Context, before *devserver.Server) (*devserver.Server, error) {
		o := devserver.Options{DBFilename: filepath.Join(dir, "temporal.db")}
		if before != nil {
			_, err := fmt.Sscanf(before.ClientOptions.HostPort, "127.0.0.1:%d", &o.Port)
			if err != nil {
				return nil, err
			}
		}
		return devserver.Start(ctx, out, o)
	}
	if postgres != "" {
		o, err := fullOptions(postgres, dir)
		if err != nil {
			return nil, err
		}
		t.what = "server " + devserver.FullVersion + ", PostgreSQL"
		t.start = func(ctx context.Context, _ *devserver.Server) (*devserver.Server, error) {
			return devserver.StartFull(ctx, out, o)
		}
	}
	var err error
	t.Server, err = t.start(ctx, nil)
	return t, err
}

func fullOptions(postgres, dir string) (devserver.FullOptions, error) {
	u, err := url.Parse(postgres)
	if err != nil || u.Host == "" || u.User == nil {
		return devserver.FullOptions{}, fmt.Errorf("-postgres is not an address; give postgres://user@host:port/db")
	}
	port := 5432
	if p, err := strconv.Atoi(u.Port()); err == nil {
		port = p
	}
	password, _ := u.User.Password()
	return devserver.FullOptions{Dir: dir, PostgreSQL: &devserver.PostgreSQL{
		Host: u.Hostname(), Port: port, User: u.User.Username(), Password: password,
	}}, nil
}

// restart starts the server after it was killed.
func (t *cluster) restart(ctx context.Context) error {
	s, err := t.start(ctx, t.Server)
	if err != nil {
		return fmt.Errorf("the server does not come back: %w", err)
	}
	t.Server = s
	return nil
}
