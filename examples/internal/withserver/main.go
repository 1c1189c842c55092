// Withserver runs a command beside a private Temporal server, whose address the
// command gets as TEMPORAL_ADDRESS, and ends as the command does.
//
//	go run ./examples/internal/withserver go run .
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, command []string) error {
	if len(command) == 0 {
		return errors.New("there is no command to run; give it behind the name of this program")
	}
	server, err := devserver.Start(ctx, os.Stderr, devserver.Options{})
	if err != nil {
		return err
	}
	defer server.Stop()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "TEMPORAL_ADDRESS="+server.ClientOptions.HostPort)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%q: %w", command, err)
	}
	return nil
}
