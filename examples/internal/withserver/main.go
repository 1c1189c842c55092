// Withserver runs a program beside a private Temporal server, and exits with its code. The
// program gets the address of the server as TEMPORAL_ADDRESS, and no other setting of
// Temporal's tools. Withserver passes SIGTERM and Ctrl-C on.
//
//	go run ./examples/internal/withserver ./program
//
// Build the program first: `go run` does not pass SIGTERM on.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// grace limits the time that a program has to stop.
const grace = 10 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(code(err))
	}
}

// code returns the exit code of the program, or 1 if it has none.
func code(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode()
	}
	return 1
}

func run(ctx context.Context, program []string) error {
	if len(program) == 0 {
		return errors.New("there is no program to run; give it as the first argument")
	}
	server, err := devserver.Start(ctx, os.Stderr, devserver.Options{})
	if err != nil {
		return err
	}
	defer server.Stop()
	cmd := exec.CommandContext(ctx, program[0], program[1:]...)
	cmd.Env = server.Environ(os.Environ())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = grace
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%q: %w", program, err)
	}
	return nil
}
