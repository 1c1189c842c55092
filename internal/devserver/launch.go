package devserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
)

const (
	// startAttempts bounds how often a server is started again because a person
	// took a port that was free a moment ago. The CLI picks more ports itself.
	startAttempts = 3

	readyWithin = 30 * time.Second
	printWithin = 2 * time.Second
)

// launch is what a new server is started with.
type launch struct {
	bin       string
	port      int // zero: a free one
	uiPort    int // zero: no Web UI; when it is taken: a free one
	namespace string
	db        string // empty: in memory
	args      []string
	within    time.Duration // zero: readyWithin
	prints    time.Duration // zero: printWithin
}

// start returns when the server answers. After an error nothing is left of it.
func (l launch) start(ctx context.Context) (*Server, error) {
	for attempt := 1; ; attempt++ {
		try, err := l.choosePorts()
		if err != nil {
			return nil, err
		}
		server, err := try.once(ctx)
		if !errors.Is(err, errPortTaken) || attempt == startAttempts {
			return server, err
		}
		if l.port != 0 && portFree(l.port) != nil { // there is no other to choose
			return nil, err
		}
	}
}

func (l launch) choosePorts() (launch, error) {
	var err error
	if l.port == 0 {
		l.port, err = freePort()
	}
	if err == nil && l.uiPort != 0 && portFree(l.uiPort) != nil {
		l.uiPort, err = freePort()
	}
	return l, err
}

// once starts a server on ports that are known.
func (l launch) once(ctx context.Context) (*Server, error) {
	if err := ctx.Err(); err != nil {
		return nil, interrupted(ctx, "starting the server")
	}
	if err := portFree(l.port); err != nil {
		return nil, err
	}
	proc, err := spawn(l.command())
	if err != nil {
		return nil, fmt.Errorf("devserver: cannot run %s: %w; %s", l.bin, err, otherwise)
	}
	server := &Server{
		ClientOptions: client.Options{HostPort: net.JoinHostPort(loopback, strconv.Itoa(l.port)), Namespace: l.namespace},
		PID:           proc.pid,
		proc:          proc,
	}
	if l.uiPort != 0 {
		server.UI = "http://" + net.JoinHostPort(loopback, strconv.Itoa(l.uiPort))
	}

	err = waitAnswers(ctx, server.ClientOptions, cmp.Or(l.within, readyWithin), proc.done)
	if err == nil && l.isAnswerOf(ctx, proc) {
		return server, nil
	}
	err = l.failure(ctx, proc, err) // before the stop: what it writes then explains nothing
	proc.stop(stopGrace)
	return nil, err
}

// isAnswerOf tells an answer of proc from that of another server which has won
// the port since it was found free; proc ends soon then. The CLI prints its
// address once it listens itself. One that does not gets a while to end in.
func (l launch) isAnswerOf(ctx context.Context, proc *process) bool {
	limit, cancel := context.WithTimeout(ctx, cmp.Or(l.prints, printWithin))
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !strings.Contains(proc.log.text(), "localhost:"+strconv.Itoa(l.port)) {
		select {
		case <-limit.Done():
			return ctx.Err() == nil && !proc.ended()
		case <-proc.done:
			return false
		case <-tick.C:
		}
	}
	return !proc.ended()
}

// command leaves the TEMPORAL_… settings of clients out of the server's
// environment, and switches the server's look for newer versions off.
func (l launch) command() *exec.Cmd {
	args := []string{
		"server", "start-dev", "--ip", loopback, "--port", strconv.Itoa(l.port),
		"--dynamic-config-value", "frontend.enableServerVersionCheck=false",
	}
	if l.uiPort == 0 {
		args = append(args, "--headless")
	} else {
		args = append(args, "--ui-port", strconv.Itoa(l.uiPort))
	}
	if l.namespace != client.DefaultNamespace {
		args = append(args, "--namespace", l.namespace)
	}
	if l.db != "" {
		args = append(args, "--db-filename", l.db)
	}
	cmd := exec.Command(l.bin, append(args, l.args...)...)
	cmd.Env = withoutTemporal(os.Environ())
	return cmd
}

// otherwise is what a user can do when a server cannot be started here.
const otherwise = "install the Temporal CLI on PATH, or (for a program, tests never use one) " +
	"set TEMPORAL_ADDRESS to a server that runs"

func (l launch) failure(ctx context.Context, proc *process, refusal error) error {
	command := fmt.Sprintf("`%s server start-dev` on port %d", l.bin, l.port)
	taken := regexp.MustCompile(`(listen \S+ \S+ )?bind: address already in use`).FindString(proc.log.text())
	switch {
	case ctx.Err() != nil:
		return interrupted(ctx, "starting "+command)
	case !proc.ended():
		return fmt.Errorf("devserver: %s did not answer within %s (%w); see its last lines, or %s%s",
			command, cmp.Or(l.within, readyWithin), refusal, otherwise, proc.log)
	case taken != "":
		return fmt.Errorf("port %d of %s, or one beside it, %w (the server says: %s)", l.port, loopback, errPortTaken, taken)
	default:
		return fmt.Errorf("devserver: %s ended before it answered (%s); see its last lines, or %s%s",
			command, proc.exit(), otherwise, proc.log)
	}
}

// interrupted is the error of a wait whose context ended.
func interrupted(ctx context.Context, what string) error {
	return fmt.Errorf("devserver: interrupted while %s: %w; nothing is left running, run it again", what, context.Cause(ctx))
}
