package timeouts_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// A worker is stopped, as by a deployment, long before a heartbeat is due. Its
// activity goes on elsewhere at once, from where it was at that moment.
func TestWorkerStops(t *testing.T) {
	t.Parallel()
	const beat = time.Minute
	var pages atomic.Int64
	begun, causes := make(chan struct{}, 1), make(chan heartbeat.Cause, 1)
	hang := func(ctx context.Context) (Resumed, error) {
		stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return pages.Load() }})
		defer stop()
		begun <- struct{}{}
		<-ctx.Done()
		pages.Store(100) // too late to be recorded
		causes <- heartbeat.CauseOf(ctx)
		return Resumed{}, ctx.Err()
	}
	o := beats()
	o.HeartbeatTimeout = beat
	stopping := worker.Options{DisableWorkflowWorker: true, WorkerStopTimeout: 3 * time.Second}
	startWorker(t, server, e2etest.ID(t), worker.Options{LocalActivityWorkerOnly: true}, functions{"Workflow": waiting})
	stopFirst := startWorker(t, server, e2etest.ID(t), stopping, functions{"Beat": hang})
	run := start(t, server, e2etest.ID(t), o)
	take(t, begun)
	startWorker(t, server, e2etest.ID(t), stopping, functions{"Beat": resumed})
	require.Nil(t, pending(t.Context(), server, run.GetID()).GetLastHeartbeatTime(), "none was due yet")
	pages.Store(42)
	stopFirst()

	var got Resumed
	require.NoError(t, result(t, run, &got))
	require.Equal(t, heartbeat.CauseShutdown, take(t, causes))
	require.Equal(t, 42, got.Page)
	require.EqualValues(t, 2, got.Attempt)
	require.Less(t, got.Started.Sub(got.Heartbeat), beat/2)
}

// The progress of an attempt that fails is recorded at its end.
func TestProgressOfFailedAttempt(t *testing.T) {
	t.Parallel()
	var pages atomic.Int64
	fails := func(ctx context.Context) (Resumed, error) {
		if activity.GetInfo(ctx).Attempt > 1 {
			return resumed(ctx)
		}
		asked := make(chan struct{}, 1000)
		stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { asked <- struct{}{}; return pages.Load() }})
		defer stop()
		<-asked
		pages.Store(7)
		return Resumed{}, temporal.NewApplicationError("broken", "Broken")
	}
	startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": waiting, "Beat": fails})
	var got Resumed
	require.NoError(t, result(t, start(t, server, e2etest.ID(t), beats()), &got))
	require.Equal(t, 7, got.Page)
}

// An attempt that has yet to read the details of the former one sends heartbeats
// too. They must not take the details away.
func TestDetailsAreKept(t *testing.T) {
	t.Parallel()
	slow := func(ctx context.Context) (Resumed, error) {
		attempt, asked := activity.GetInfo(ctx).Attempt, make(chan struct{}, 1000)
		if attempt > 2 {
			return resumed(ctx)
		}
		stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any {
			asked <- struct{}{}
			if attempt == 1 {
				return 7
			}
			return nil
		}})
		defer stop()
		for range 2 { // the first was sent when the second is asked for
			<-asked
		}
		return Resumed{}, temporal.NewApplicationError("broken", "Broken")
	}
	startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": waiting, "Beat": slow})
	var got Resumed
	require.NoError(t, result(t, start(t, server, e2etest.ID(t), beats()), &got))
	require.Equal(t, 7, got.Page)
	require.EqualValues(t, 3, got.Attempt)
}

// Local activities are told less: they hear of the end of the worker, of their
// time, and of a cancellation, without a heartbeat.
func TestCausesOfLocal(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]heartbeat.Cause{
		"canceled": heartbeat.CauseCanceled, "stopped": heartbeat.CauseShutdown, "late": heartbeat.CauseDeadline,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			begun, causes := make(chan struct{}, 8), make(chan heartbeat.Cause, 8)
			hang := func(ctx context.Context) error {
				defer heartbeat.Start(ctx, heartbeat.Options{})()
				begun <- struct{}{}
				<-ctx.Done()
				causes <- heartbeat.CauseOf(ctx)
				return ctx.Err()
			}
			local := func(ctx workflow.Context, o workflow.LocalActivityOptions) error {
				return workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, o), hang).Get(ctx, nil)
			}
			stop := startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": local})
			o := workflow.LocalActivityOptions{StartToCloseTimeout: time.Minute}
			if name == "late" {
				o.StartToCloseTimeout = time.Second
			}
			run := start(t, server, e2etest.ID(t), o)
			take(t, begun)
			switch name {
			case "canceled":
				require.NoError(t, server.CancelWorkflow(t.Context(), run.GetID(), ""))
			case "stopped":
				stop()
			}
			require.Equal(t, want, take(t, causes))
		})
	}
}
