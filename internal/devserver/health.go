package devserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
)

const (
	loopback  = "127.0.0.1"
	pollEvery = 50 * time.Millisecond
)

// errPortTaken is the base of every error about a port that is not free.
var errPortTaken = errors.New("is not free")

// answers asks the server once whether it serves.
func answers(ctx context.Context, opts client.Options, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	opts.Logger = log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.NewLazyClient(opts)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = c.CheckHealth(ctx, &client.CheckHealthRequest{})
	return err
}

// waitAnswers asks until the server serves, ctx or the time is over, or gone is
// closed. It returns the last refusal. A new client for each question, because
// an old one would sit out its back-off after the first refused connection.
func waitAnswers(ctx context.Context, opts client.Options, within time.Duration, gone <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	var refusal error
	for {
		err := answers(ctx, opts, time.Second)
		if err == nil {
			return nil
		}
		if refusal == nil || ctx.Err() == nil { // the end of the time explains nothing
			refusal = err
		}
		select {
		case <-ctx.Done():
			return refusal
		case <-gone:
			return refusal
		case <-tick.C:
		}
	}
}

// portFree says why a server could not listen on this port of 127.0.0.1. It
// dials as well, because on macOS one may listen on an address of a port that
// another person holds on all addresses.
func portFree(port int) error {
	address := net.JoinHostPort(loopback, strconv.Itoa(port))
	if conn, err := net.DialTimeout("tcp", address, time.Second); err == nil {
		_ = conn.Close()
		return fmt.Errorf("port %d of %s %w", port, loopback, errPortTaken)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("port %d of %s %w (%w)", port, loopback, errPortTaken, err)
	}
	return l.Close()
}

func freePort() (int, error) {
	ports, err := freePorts(1)
	if err != nil {
		return 0, err
	}
	return ports[0], nil
}

// freePorts are n different ones.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
		if err != nil {
			return nil, fmt.Errorf("devserver: no free port on %s: %w; close some programs, or check the loopback interface", loopback, err)
		}
		defer l.Close() //nolint:errcheck // no one has connected
		if addr, ok := l.Addr().(*net.TCPAddr); ok {
			ports = append(ports, addr.Port)
		}
	}
	return ports, nil
}
