// Timeouts makes a video in three steps that have one budget of time, while a
// worker is replaced and an editor asks for more time.
//
//	go run ./examples/timeouts
//
// The program finds or starts a Temporal server, says first what is wrong with
// a set of options, tells the story, and ends with a table of what each step
// was given. It fails when that is not what was promised. The workflow to copy
// is in workflow.go, the activities in activities.go.
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
	server.ClientOptions.Logger = log.NewStructuredLogger(slog.New(slog.DiscardHandler)) // what fails is in the story
	c, err := client.DialContext(ctx, server.ClientOptions)
	if err != nil {
		return err
	}
	defer c.Close()

	s := newStory(c, "video-"+rand.Text()[:8], out)
	s.print(findings(bad))
	seen, result, err := s.play(ctx)
	if err != nil {
		return err
	}
	s.print(table(s.book.all()))
	return verdict(out, s.checks(seen, result))
}
