package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
	"github.com/temporal-patterns/temporal-patterns/examples/support/stores"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// crashes is the number of workers that are killed.
const crashes = 3

// run runs the program and leaves nothing running.
func run(ctx context.Context, args []string, out io.Writer) error {
	var s config
	flags := flag.NewFlagSet("payment", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.BoolVar(&s.IgnoresKeys, "ignore-keys", false, "the service ignores idempotency keys, and is asked instead")
	flags.BoolVar(&s.Bare, "bare", false, "charge without a guard, for contrast")
	flags.StringVar(&s.Store, "store", "", "where records are kept: postgres://user@host/db, redis://host:6379, or a file; "+
		"empty is a temporary file")
	if err := flags.Parse(args); err != nil {
		return err
	}
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
	dir, err := os.MkdirTemp("", "payment-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if s.Store == "" {
		s.Store = filepath.Join(dir, "records.db")
	}
	_, closing, err := stores.Open(ctx, s.Store) // fail here and not in a worker
	if err != nil {
		return err
	}
	closing()
	service := payments.New(payments.Options{IgnoreKeys: s.IgnoresKeys})
	address, stop, err := loopback.Serve(ctx, service)
	if err != nil {
		return err
	}
	defer stop()
	s.Address, s.Namespace, s.Queue = server.ClientOptions.HostPort, server.ClientOptions.Namespace, "payment-"+rand.Text()[:8]
	s.Service = address
	return s.runScenario(ctx, c, service, out)
}

// runScenario charges one order, with workers that are killed.
func (s config) runScenario(ctx context.Context, c client.Client, service *payments.Provider, out io.Writer) error {
	order := Order{ID: "order-" + rand.Text()[:6], Cents: 4200}
	execution, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: s.Queue, TaskQueue: s.Queue}, Pay, order)
	if err != nil {
		return err
	}
	points := []crashPoint{beforeEffect, afterEffect, afterRecord}
	mathrand.Shuffle(2, func(i, j int) { points[i], points[j] = points[j], points[i] }) // a record ends the work, so afterRecord comes last
	if s.Bare {
		points = []crashPoint{afterEffect, afterEffect, afterEffect} // there is neither claim nor record
	}
	result := make(chan error, 1)
	var receipt Receipt
	go func() { result <- execution.Get(ctx, &receipt) }()
	for i := 0; ; i++ {
		s.CrashAt = nowhere
		if i < crashes {
			s.CrashAt = points[i]
		}
		killed, err := s.startWorker(ctx, result)
		if !killed {
			if err != nil {
				return errors.Join(err, c.TerminateWorkflow(context.WithoutCancel(ctx), execution.GetID(), "", "the example was stopped"))
			}
			break
		}
		logf(out, "worker %d was killed %s", i+1, s.CrashAt)
	}
	entry := service.Ledger()[order.ID]
	logf(out, "%s is paid: receipt %q", order.ID, receipt.ID)
	logf(out, "the ledger says: charged %d times, by %d requests", entry.Charges, entry.Requests)
	return nil
}

// startWorker starts a worker and waits until it is killed or the workflow has ended.
func (s config) startWorker(ctx context.Context, result <-chan error) (killed bool, err error) {
	text, err := json.Marshal(s)
	if err != nil {
		return false, err
	}
	program, err := os.Executable()
	if err != nil {
		return false, err
	}
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), workerEnv+"="+string(text))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // the worker ends when it is closed
	if err != nil {
		return false, err
	}
	if err := cmd.Start(); err != nil {
		return false, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if cmd.ProcessState.ExitCode() >= 0 { // it has ended by itself, and not by a signal
			return false, fmt.Errorf("the worker has ended: %w", err)
		}
		return ctx.Err() == nil, ctx.Err()
	case err := <-result:
		_ = stdin.Close()
		return false, errors.Join(err, <-ended)
	}
}

func logf(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, format+"\n", args...)
}
