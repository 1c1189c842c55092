package devserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"
)

// FullVersion names the version of the server that [StartFull] runs.
const FullVersion = "v1.32.1"

const instead = "use Start, whose server is smaller"

var (
	fullServer = tool{
		pkg: "go.temporal.io/server/cmd/server", version: FullVersion, what: "the Temporal server", short: "the server", dir: "temporal-server-",
		otherwise: instead, costs: "150 MB in %s and 3 GB in the caches of Go",
	}
	sqlTool = tool{
		pkg: "go.temporal.io/server/cmd/tools/sql", version: FullVersion, what: "the schema tool of the Temporal server",
		short: "the schema tool",
		dir:   "temporal-server-", otherwise: instead, costs: "100 MB in %s",
	}
)

// FullOptions tunes [StartFull].
type FullOptions struct {
	// Dir holds the files of the server: its settings, its ports, and its data
	// unless there is a PostgreSQL. It exists. A server that is started again with
	// the directory of one that was killed goes on where that was.
	Dir string
	// PostgreSQL says where the data are kept; the user may create databases. Nil
	// keeps them in SQLite files in Dir.
	PostgreSQL *PostgreSQL
	// Settings adds to the server's dynamic configuration, as YAML.
	Settings string
}

// A PostgreSQL is the address of a database server, of version 12 or later.
type PostgreSQL struct {
	Host, User, Password string
	Port                 int
}

// StartFull starts the server that one deploys, go.temporal.io/server, in one
// private process, for tests and experiments that need its newest version, or
// its data in PostgreSQL. The first call on a machine builds it and reports to
// out. It has the namespace "default".
func StartFull(ctx context.Context, out io.Writer, o FullOptions) (*Server, error) {
	f := newFinder(out)
	bin, err := f.build(ctx, fullServer)
	if err != nil {
		return nil, err
	}
	if o.PostgreSQL != nil {
		schema, err := f.build(ctx, sqlTool)
		if err != nil {
			return nil, err
		}
		if err := o.PostgreSQL.migrate(ctx, schema); err != nil {
			return nil, err
		}
	}
	ports, err := portsIn(o.Dir)
	if err != nil {
		return nil, err
	}
	settings := filepath.Join(o.Dir, "dynamicconfig.yaml")
	if err := os.WriteFile(settings, []byte("frontend.enableServerVersionCheck:\n  - value: false\n"+o.Settings), 0o600); err != nil {
		return nil, fmt.Errorf("devserver: the directory of the server cannot be used: %w; give one that exists and can be written", err)
	}
	cmd := exec.Command(bin, "--allow-no-auth", "start")
	cmd.Dir = o.Dir
	cmd.Env = append(withoutTemporal(os.Environ()), o.environment(ports, settings)...)
	proc, err := spawn(cmd)
	if err != nil {
		return nil, fmt.Errorf("devserver: cannot run %s: %w; %s", bin, err, instead)
	}
	server := &Server{
		ClientOptions: client.Options{HostPort: net.JoinHostPort(loopback, strconv.Itoa(ports[0])), Namespace: client.DefaultNamespace},
		PID:           proc.pid,
		proc:          proc,
	}
	err = waitAnswers(ctx, server.ClientOptions, fullReadyWithin, proc.done)
	if err == nil {
		err = registerNamespace(ctx, server.ClientOptions)
	}
	if err != nil {
		err = fmt.Errorf("devserver: `%s start` is of no use (%w); see its last lines, or %s%s", bin, err, instead, proc.log)
		server.Kill()
		return nil, err
	}
	return server, nil
}

// fullReadyWithin is for a machine under load.
const fullReadyWithin = 2 * time.Minute

// Kill ends the server with SIGKILL, as a crash does, and returns when it is
// gone. It does nothing to a server that was found.
func (s *Server) Kill() {
	if s.proc != nil && !s.proc.ended() {
		killGroup(s.proc.pid)
		<-s.proc.done
	}
}

func withoutTemporal(env []string) []string {
	return slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, "TEMPORAL_") })
}

func (o FullOptions) environment(ports []int, settings string) []string {
	env := []string{"BIND_ON_IP=" + loopback, "LOG_LEVEL=warn", "DYNAMIC_CONFIG_FILE_PATH=" + settings}
	for i, name := range portNames {
		env = append(env, fmt.Sprintf("%s=%d", name, ports[i]))
	}
	if p := o.PostgreSQL; p != nil {
		return append(env, "DB="+postgresPlugin, "POSTGRES_SEEDS="+p.Host, "DB_PORT="+strconv.Itoa(p.Port), "POSTGRES_USER="+p.User,
			"POSTGRES_PWD="+p.Password)
	}
	return append(env, "DB=sqlite", "DBNAME="+filepath.Join(o.Dir, "temporal.db"), "VISIBILITY_DBNAME="+filepath.Join(o.Dir, "visibility.db"))
}

// registerNamespace makes the namespace that other servers bring along.
func registerNamespace(ctx context.Context, o client.Options) error {
	c, err := client.NewNamespaceClient(o)
	if err != nil {
		return err
	}
	defer c.Close()
	err = c.Register(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: o.Namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	})
	var there *serviceerror.NamespaceAlreadyExists
	if errors.As(err, &there) {
		return nil
	}
	return err
}
