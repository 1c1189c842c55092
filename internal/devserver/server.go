package devserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"go.temporal.io/sdk/client"
)

// A Server is a Temporal server that answers. Its fields are for reading.
type Server struct {
	// ClientOptions holds what to dial with: address and namespace and, for a
	// configured server, its TLS settings and credentials. Set a Logger on a
	// copy to choose what the client prints.
	ClientOptions client.Options
	// UI gives the address of the Web UI, for example "http://127.0.0.1:8233".
	// It is empty when there is none or when it is not known.
	UI string
	// PID names the process that was started, for tests that kill the server. It
	// is 0 for a server that was found: Stop leaves that one running.
	PID int

	proc *process
	dir  string // deleted by Stop; empty: there is none
}

// Stop ends the server that [Connect] or [Start] started, and returns when its
// process has ended: SIGTERM first, SIGKILL after 10 seconds. A server that was
// found is left running. It is safe for concurrent use and may be called more than
// once; call it after the workers and clients have stopped.
func (s *Server) Stop() {
	if s.proc != nil {
		s.proc.stop(stopGrace)
	}
	if s.dir != "" {
		_ = os.RemoveAll(s.dir)
	}
}

// Options tunes [Start]. The zero value is ready to use: a free port, and data in
// a temporary directory that Stop deletes.
type Options struct {
	// Port says where the server listens on 127.0.0.1. Zero picks a free one. A
	// fixed port is for a test that restarts the server under its clients.
	Port int
	// DBFilename names the SQLite file that holds the server's data, created when
	// it is missing. Empty is a file that Stop deletes. Data are never in memory:
	// such a server loses its database when SQLite closes the last connection,
	// as it does under load when requests time out.
	DBFilename string
	// Args adds arguments to `temporal server start-dev`, for example
	// "--search-attribute", "Customer=Keyword".
	Args []string
}

// Start starts a private server without a Web UI, in the namespace "default",
// for tests. It never uses a server that runs already, and it ignores
// TEMPORAL_ADDRESS and configuration files. The context bounds the start only;
// the server runs until [Server.Stop].
//
// When there is no `temporal` on PATH the first call on a machine builds the
// CLI and reports to out. Start fails when that build fails, when Options.Port
// is taken, or when the server ends or does not answer within 30 seconds; the
// error then shows the last lines of its log.
func Start(ctx context.Context, out io.Writer, opts Options) (*Server, error) {
	if opts.Port < 0 || opts.Port > maxPort {
		return nil, fmt.Errorf("devserver: Options.Port is %d; set 1 to %d, or 0 for a free port", opts.Port, maxPort)
	}
	bin, err := newFinder(out).binary(ctx)
	if err != nil {
		return nil, err
	}
	l := launch{bin: bin, port: opts.Port, namespace: client.DefaultNamespace, db: opts.DBFilename, args: opts.Args}
	var dir string
	if l.db == "" {
		if dir, err = os.MkdirTemp("", "temporal-server-"); err != nil {
			return nil, fmt.Errorf("devserver: cannot create a directory for the server's data: %w; set Options.DBFilename", err)
		}
		l.db = filepath.Join(dir, "temporal.db")
		l.args = append(slices.Clone(withoutSync), l.args...)
	}
	server, err := l.start(ctx)
	if err == nil {
		server.dir = dir
		return server, nil
	}
	if dir != "" {
		_ = os.RemoveAll(dir)
	}
	if errors.Is(err, errPortTaken) {
		return nil, fmt.Errorf("devserver: %w; stop the program that listens there, "+
			"or choose another Options.Port (0 picks a free one)", err)
	}
	return nil, err
}

// withoutSync makes a database file as fast as memory: SQLite does not wait for the
// disk, so that data survive a crash of the server, and not one of the machine.
var withoutSync = []string{"--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=OFF"}
