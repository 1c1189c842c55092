package main

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

const soon = 30 * time.Second // longer than anything here takes

// start starts a run whose first order comes at once.
func start(t *testing.T, args string) *experiment {
	t.Helper()
	o, err := parse(strings.Fields(args), io.Discard)
	require.NoError(t, err)
	for o.seed = 1; o.plans()[0].at > time.Second; {
		o.seed++
	}
	r, err := newExperiment(t.Context(), o, io.Discard)
	require.NoError(t, err)
	t.Cleanup(r.close)
	return r
}

// requireNothingLeft waits for the end of an interrupted run, and checks that it left no process.
func requireNothingLeft(t *testing.T, r *experiment, ended <-chan error) {
	t.Helper()
	select {
	case err := <-ended:
		require.ErrorIs(t, err, context.Canceled)
	case <-time.After(soon):
		require.FailNow(t, "the run has not ended")
	}
	for _, m := range r.workers.slots {
		require.False(t, m.up)
		require.NotNil(t, m.cmd.ProcessState, "the worker was waited for")
	}
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", r.workers.setup.Address)
	if err == nil {
		_ = c.Close()
	}
	require.Error(t, err, "no server listens any more")
}

func TestInterruptAfterAllOrdersEnded(t *testing.T) {
	t.Parallel()
	r := start(t, "-orders 1 -kills 0 -duration 60s")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	ended := make(chan error, 1)
	go func() { ended <- r.run(ctx, io.Discard) }()
	require.Eventually(t, func() (all bool) {
		r.record.with(func(rec *record) { all = rec.ended == 1 })
		return all
	}, soon, 100*time.Millisecond)
	interrupt()
	requireNothingLeft(t, r, ended)
}

func TestInterruptWhileTheServerRestarts(t *testing.T) {
	t.Parallel()
	r := start(t, "-orders 1 -kills 4 -duration 2s")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	back := r.server.start
	r.server.start = func(_ context.Context, before *devserver.Server) (*devserver.Server, error) {
		interrupt()
		return back(t.Context(), before) // after the interrupt
	}
	ended := make(chan error, 1)
	go func() { ended <- r.run(ctx, io.Discard) }()
	requireNothingLeft(t, r, ended)
	require.Equal(t, 1, r.record.kills[theServer])
}

func TestInterruptWhileAllWorkersAreDown(t *testing.T) {
	t.Parallel()
	r := start(t, "-orders 1 -kills 2 -duration 1s")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	ended := make(chan error, 1)
	go func() { ended <- r.run(ctx, io.Discard) }()
	require.Eventually(t, func() (away bool) {
		r.record.with(func(rec *record) { away = rec.kills[allWorkers] == 1 })
		return away
	}, soon, time.Millisecond)
	interrupt()
	requireNothingLeft(t, r, ended)
}
