package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/examples/internal/devserver"
)

// environment has the settings of Temporal's tools for the server, and no others.
func environment(env []string, server *devserver.Server) []string {
	env = slices.DeleteFunc(env, func(v string) bool { return strings.HasPrefix(v, "TEMPORAL_") })
	return append(env,
		"TEMPORAL_ADDRESS="+server.ClientOptions.HostPort,
		"TEMPORAL_NAMESPACE="+server.ClientOptions.Namespace,
		"TEMPORAL_CONFIG_FILE="+os.DevNull) // not the one in the home directory
}

// input is what the command may read: a process group in the background is stopped
// when it reads from a terminal.
func input() io.Reader {
	info, err := os.Stdin.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice != 0 {
		return nil
	}
	return os.Stdin
}

// runGroup runs a command in a process group of its own. When ctx ends the whole
// group is told to stop: `go run` passes no signal on to its program, and ends
// before it. An end without an error is one then too.
func runGroup(ctx context.Context, cmd *exec.Cmd) error {
	ownGroup(cmd)
	cmd.WaitDelay = grace
	cmd.Cancel = func() error {
		terminateGroup(cmd.Process.Pid)
		return nil
	}
	err := cmd.Run()
	if ctx.Err() == nil || cmd.Process == nil {
		return err
	}
	awaitGroup(cmd.Process.Pid, grace)
	if cmd.ProcessState.ExitCode() == 0 { // the error is that of ctx
		return nil
	}
	return err
}

// awaitGroup waits until nothing of a group runs, and kills what still does after
// a while.
func awaitGroup(pid int, within time.Duration) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for over := time.After(within); groupRuns(pid); {
		select {
		case <-tick.C:
		case <-over:
			killGroup(pid)
			return
		}
	}
}
