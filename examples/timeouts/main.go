// Timeouts makes a video in steps that share one budget of time, while a worker is
// replaced and an editor asks for more time.
//
//	go run ./examples/timeouts
//
// The program finds or starts a Temporal server. The workflow to copy is in
// workflow.go, the activities are in activities.go; demo.go runs them.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	server, err := devserver.Connect(ctx, out)
	if err != nil {
		return err
	}
	defer server.Stop()
	server.ClientOptions.Logger = log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.DialContext(ctx, server.ClientOptions)
	if err != nil {
		return err
	}
	defer c.Close()

	return demo(ctx, c, printer(out))
}

// printer returns a function that prints one line at a time.
func printer(out io.Writer) func(who, format string, args ...any) {
	var mu sync.Mutex
	return func(who, format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(out, "%-7s %s\n", who, fmt.Sprintf(format, args...))
	}
}
