package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/examples/support/stores"
)

// pay pays one order, with workers that are killed.
func pay(ctx context.Context, out io.Writer, c client.Client, s config) (order Order, receipt Receipt, err error) {
	dir, err := os.MkdirTemp("", "payment-")
	if err != nil {
		return order, receipt, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if s.Store == "" {
		s.Store = filepath.Join(dir, "records.db")
	}
	_, closing, err := stores.Open(ctx, s.Store) // fail here and not in a worker
	if err != nil {
		return order, receipt, err
	}
	closing()

	order = Order{ID: "order-" + rand.Text()[:6], Cents: 4200}
	s.Queue = "payment-" + order.ID
	execution, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: s.Queue, TaskQueue: s.Queue}, Pay, order)
	if err != nil {
		return order, receipt, err
	}
	ended := make(chan error, 1)
	go func() { ended <- execution.Get(ctx, &receipt) }()
	for i, point := range s.crashPoints() {
		s.CrashAt = point
		killed, err := s.startWorker(ctx, ended)
		if err != nil {
			stopped := c.TerminateWorkflow(context.WithoutCancel(ctx), s.Queue, "", "the example was stopped")
			return order, receipt, errors.Join(err, stopped)
		}
		if !killed {
			break // the workflow has ended
		}
		_, _ = fmt.Fprintf(out, "worker %d was killed %s\n", i+1, point)
	}
	return order, receipt, nil
}

// crashPoints returns where the workers are killed. The last worker is not.
func (s config) crashPoints() []crashPoint {
	if s.Bare { // there is neither claim nor record
		return []crashPoint{afterEffect, afterEffect, afterEffect, nowhere}
	}
	points := []crashPoint{beforeEffect, afterEffect, afterRecord, nowhere}
	mathrand.Shuffle(2, func(i, j int) { points[i], points[j] = points[j], points[i] })
	return points
}

// startWorker starts a worker and waits until it is killed or the workflow has ended.
func (s config) startWorker(ctx context.Context, workflowEnded <-chan error) (killed bool, err error) {
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
		if cmd.ProcessState.ExitCode() >= 0 { // not ended by a signal
			return false, fmt.Errorf("the worker has ended: %w", err)
		}
		return ctx.Err() == nil, ctx.Err()
	case err := <-workflowEnded:
		_ = stdin.Close()
		return false, errors.Join(err, <-ended)
	}
}
