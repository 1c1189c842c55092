// Retry charges orders through a service that fails in every way, and shows
// that the retries went as planned.
//
//	go run ./examples/retry
//
// The program finds or starts a Temporal server, runs a worker and the service,
// prints the plan of the retry policy and then what really happened beside it.
// It fails when the two disagree. The workflow to copy is in workflow.go, the
// activity in activity.go, and the circuit breaker in breaker.go.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run is the program. It leaves nothing running.
func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) > 0 {
		return fmt.Errorf("unexpected argument %q; this program takes none", args[0])
	}
	server, err := devserver.Connect(ctx, out)
	if err != nil {
		return err
	}
	defer server.Stop()
	server.ClientOptions.Logger = log.NewStructuredLogger(slog.New(slog.DiscardHandler)) // what fails is in the tables
	c, err := client.DialContext(ctx, server.ClientOptions)
	if err != nil {
		return err
	}
	defer c.Close()

	downstream, err := listen(ctx)
	if err != nil {
		return err
	}
	defer downstream.stop()
	s := &story{client: c, queue: "retry-" + rand.Text()[:8], out: out, downstream: downstream, book: &Book{}}
	s.breaker = newBreaker(s.say)
	w, err := newWorker(c, s.queue, s.book, s.breaker, downstream.URL)
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	return s.play(ctx, scenarios())
}
