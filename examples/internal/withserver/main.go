// Withserver runs a command beside a private Temporal server, and ends as the
// command does. The command gets the address of the server as TEMPORAL_ADDRESS,
// and no other setting of Temporal's tools. It is told to stop when this program
// is.
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
	"time"

	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
)

// grace is how long a command that was told to stop may go on.
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

// code is the exit code of the command, or 1 when it has none.
func code(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode()
	}
	return 1
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
	cmd.Env = environment(os.Environ(), server)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = input(), os.Stdout, os.Stderr
	if err := runGroup(ctx, cmd); err != nil {
		return fmt.Errorf("%q: %w", command, err)
	}
	return nil
}
