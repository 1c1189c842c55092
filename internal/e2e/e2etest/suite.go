// Package e2etest is the harness that the suites on a real Temporal server share:
// [Suite.Main] starts the server of a test binary, [StartProcess] starts a worker
// process that a test can kill, and [StartWorker] a worker in the test's process.
package e2etest

import (
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"
	"strings"
	"testing"

	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// parallel is the number of tests of a suite that run at once, unless -test.parallel
// says otherwise. Most of them wait for timers, so it is more than the processors.
// A server on two processors that serves 64 tests drops tasks and takes longer for
// all of them together than with 16.
const parallel = 16

// With these set, a test binary is a worker process on that queue of that server.
const (
	queueEnv   = "E2E_QUEUE"
	addressEnv = "E2E_ADDRESS"
)

// A Suite is the test binary of one package.
type Suite struct {
	// Work runs a worker process on a task queue until ctx ends, which it does
	// with the process of the test. Nil: the suite has no worker processes.
	Work func(ctx context.Context, o client.Options, queue string) error
	// SetUp prepares the server before the tests. Nil: there is nothing to do.
	SetUp func(ctx context.Context, c client.Client) error
	// Client receives a client of the server, with the identity "test".
	Client *client.Client
	// Options receives what further clients dial with. Nil: there are none.
	Options *client.Options
}

// Main runs the tests of a package beside a private server, or the worker process
// that a test has started. It is the body of TestMain.
func (s Suite) Main(m *testing.M) {
	if queue := os.Getenv(queueEnv); queue != "" && s.Work != nil {
		o := client.Options{HostPort: os.Getenv(addressEnv), Identity: "worker", Logger: Quiet()}
		log.Fatal(s.Work(parentContext(), o, queue))
	}
	if err := s.run(m); err != nil {
		log.Fatal(err) // the server ends with its parent
	}
}

func (s Suite) run(m *testing.M) error {
	ctx := context.Background()
	server, err := devserver.Start(ctx, os.Stderr, devserver.Options{})
	if err != nil {
		return err
	}
	defer server.Stop()
	o := server.ClientOptions
	o.Logger, o.Identity = Quiet(), "test" // recorded histories name no machine
	c, err := client.Dial(o)
	if err != nil {
		return err
	}
	defer c.Close()
	if s.SetUp != nil {
		if err := s.SetUp(ctx, c); err != nil {
			return err
		}
	}
	*s.Client = c
	if s.Options != nil {
		*s.Options = o
	}
	if err := os.Setenv(addressEnv, o.HostPort); err != nil {
		return err
	}
	flag.Parse()
	isSet := false
	flag.Visit(func(f *flag.Flag) { isSet = isSet || f.Name == "test.parallel" })
	if !isSet {
		_ = flag.Set("test.parallel", fmt.Sprint(parallel))
	}
	m.Run()
	return nil
}

// Quiet returns a logger that discards everything.
func Quiet() sdklog.Logger {
	return sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
}

// ID returns the test's name as a workflow ID or task queue.
func ID(t testing.TB) string {
	t.Helper()
	return strings.NewReplacer("/", "-", " ", "-", ",", "").Replace(t.Name())
}
