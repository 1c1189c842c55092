// Deploy is a release that two gates must let through, both open at the same
// time: security, of which one can stop it, and product. An approval that is not
// used in time is worth nothing any more.
//
//	go run ./examples/deploy
//
// The program finds or starts a Temporal server, runs a worker, and plays three
// releases: one is deployed, one is stopped by security while product still
// looks at it, and one waits so long that its approvals are too old. It fails
// when one of them does not end as it must. The workflow to copy is in
// workflow.go, and who decides is in policies.go.
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
	server.ClientOptions.Logger = log.NewStructuredLogger(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	c, err := client.DialContext(ctx, server.ClientOptions)
	if err != nil {
		return err
	}
	defer c.Close()

	s, err := newStory(c, "deploy-"+rand.Text()[:8], out)
	if err != nil {
		return err
	}
	w, err := newWorker(c, s.queue, &Activities{Say: s.say})
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	return s.play(ctx, scenes())
}
