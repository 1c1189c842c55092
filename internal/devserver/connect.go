package devserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"time"

	"go.temporal.io/sdk/client"
)

const (
	defaultPort   = 7233
	defaultUIPort = 8233
	maxPort       = 65535
)

// Connect finds a server for a program, or starts one. It looks in this order
// and says on out (nil: nowhere) what it found:
//
//  1. the address configured for Temporal's own tools: TEMPORAL_ADDRESS, or a
//     profile in their configuration file;
//  2. a server that answers on localhost:7233;
//  3. a new server on that port, with the Web UI and data in memory, run by the
//     `temporal` on PATH, else by the official CLI, which is built once.
//
// A configured address that does not answer within 5 seconds is an error, never
// a reason to look further. So is a port 7233 that something else has taken, a
// failed build, and a server that does not answer within 30 seconds.
//
// The context bounds the call only. Call [Server.Stop] at the end in any case:
// it ends only a server that Connect started.
func Connect(ctx context.Context, out io.Writer) (*Server, error) {
	return newFinder(out).connect(ctx)
}

// finder holds where to look. Tests look elsewhere, and wait less.
type finder struct {
	out      io.Writer
	port     int
	uiPort   int
	cache    string        // where the CLI is built; empty: the user's cache directory
	patience time.Duration // for a server that should be there
	every    time.Duration // between two reports of progress; zero: depends on out
}

func newFinder(out io.Writer) finder {
	if out == nil {
		out = io.Discard
	}
	return finder{out: out, port: defaultPort, uiPort: defaultUIPort, patience: 5 * time.Second}
}

func (f finder) connect(ctx context.Context) (*Server, error) {
	conf, err := loadConfig()
	if err != nil {
		return nil, err
	}
	if conf.source != "" {
		return f.configured(ctx, conf)
	}

	opts := conf.options
	opts.HostPort = "localhost:" + strconv.Itoa(f.port)
	if answers(ctx, opts, time.Second) == nil {
		return f.adopt(ctx, opts), nil
	}
	// Looked at before the build too: no one should wait minutes for this error.
	if err := portFree(f.port); err != nil {
		return f.adoptLate(ctx, opts, err)
	}
	bin, err := f.binary(ctx)
	if err != nil {
		return nil, err
	}
	unlock := f.lockStart(ctx)
	defer unlock()
	if answers(ctx, opts, time.Second) == nil { // the program that had the lock has started it
		return f.adopt(ctx, opts), nil
	}
	server, err := f.start(ctx, bin, opts.Namespace)
	if errors.Is(err, errPortTaken) {
		return f.adoptLate(ctx, opts, err)
	}
	return server, err
}

func (f finder) configured(ctx context.Context, conf config) (*Server, error) {
	opts := conf.options
	if err := waitAnswers(ctx, opts, f.patience, nil); err != nil {
		if ctx.Err() != nil {
			return nil, interrupted(ctx, "waiting for "+opts.HostPort)
		}
		return nil, fmt.Errorf("devserver: no Temporal server answers at %q, set by %s, within %s (%w); "+
			"start that server, or correct or remove the setting", opts.HostPort, conf.source, f.patience, err)
	}
	f.say("using the server at %s, set by %s", opts.HostPort, conf.source)
	return &Server{ClientOptions: opts}, nil
}

func (f finder) adopt(ctx context.Context, opts client.Options) *Server {
	server := &Server{ClientOptions: opts, UI: f.findUI(ctx)}
	f.say("using the server that already runs on %s; it is left running%s", opts.HostPort, server.uiNote())
	return server
}

// adoptLate gives what has taken the port the chance to become a Temporal
// server: it may be one that is still starting.
func (f finder) adoptLate(ctx context.Context, opts client.Options, taken error) (*Server, error) {
	err := waitAnswers(ctx, opts, f.patience, nil)
	if err == nil {
		return f.adopt(ctx, opts), nil
	}
	if ctx.Err() != nil {
		return nil, interrupted(ctx, "waiting for "+opts.HostPort)
	}
	return nil, fmt.Errorf("devserver: %w, and what listens there does not answer as a Temporal server (%w); "+
		"stop that program, or set TEMPORAL_ADDRESS to the server to use", taken, err)
}

func (f finder) start(ctx context.Context, bin, namespace string) (*Server, error) {
	server, err := launch{bin: bin, port: f.port, uiPort: f.uiPort, namespace: namespace}.start(ctx)
	if err != nil {
		return nil, err
	}
	f.say("started %s on %s; it ends with this program%s", bin, server.ClientOptions.HostPort, server.uiNote())
	return server, nil
}

// binary returns the path of a Temporal CLI: the one on PATH, else our own.
func (f finder) binary(ctx context.Context) (string, error) {
	if bin, err := exec.LookPath("temporal"); err == nil {
		return bin, nil
	}
	return f.build(ctx, theCLI)
}

func (f finder) say(format string, args ...any) {
	_, _ = fmt.Fprintf(f.out, "Temporal: "+format+"\n", args...)
}
