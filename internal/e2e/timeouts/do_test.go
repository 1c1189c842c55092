package timeouts_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// Doing is how long a workflow lets its activity run, and what it makes of a
// time that is up.
type Doing struct {
	For   time.Duration
	Fails bool // the workflow, with the error of Do
}

func do(ctx workflow.Context, d Doing) (string, error) {
	_, err := timeouts.Do(ctx, d.For, func(ctx workflow.Context) (Resumed, error) { return waiting(ctx, beats()) })
	if errors.Is(err, timeouts.ReasonTimedOut) && !d.Fails {
		return "timed out", nil
	}
	return "", err
}

func isTimedOut(err error) bool {
	reason, _ := timeouts.ReasonOf(err)
	return reason == timeouts.ReasonTimedOut
}

// An activity that hangs is canceled when Do's time is up. For the workflow that
// is no cancellation: its code says how it ends.
func TestDo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fails  bool
		final  func(context.Context) error
		closed enumspb.EventType
		ended  enumspb.EventType // of the activity
	}{
		"fails":     {true, context.Context.Err, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, enumspb.EVENT_TYPE_ACTIVITY_TASK_CANCELED},
		"completes": {false, context.Context.Err, completed, enumspb.EVENT_TYPE_ACTIVITY_TASK_CANCELED},
		"the activity has an error of its own": {
			true, func(context.Context) error { return temporal.NewApplicationError("not cleaned up", "Dirty") },
			enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED, enumspb.EVENT_TYPE_ACTIVITY_TASK_FAILED,
		},
		"the activity says nothing": {false, func(context.Context) error { return nil }, completed, enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newHeartbeatActivity()
			b.final = c.final
			startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": do, "Beat": b.Beat})
			run := start(t, server, e2etest.ID(t), Doing{For: 8 * time.Second, Fails: c.fails})
			var got string
			err := result(t, run, &got)
			require.Equal(t, heartbeat.CauseCanceled, b.cause(t))
			events := e2etest.History(t, server, run.GetID(), "")
			require.Equal(t, 1, e2etest.CountEvents(events, c.ended))
			require.Equal(t, 1, e2etest.CountEvents(events, c.closed))
			requireTimers(t, run, 1, 1)
			if !c.fails {
				require.Equal(t, "timed out", got)
				return
			}
			require.True(t, isTimedOut(err), "%v", err)
			require.False(t, temporal.IsCanceledError(err))
			require.Equal(t, c.ended == enumspb.EVENT_TYPE_ACTIVITY_TASK_FAILED, errorOf(err, "Dirty"), "the cause is told")
			details, ok := timeouts.AsTimedOut(err)
			require.True(t, ok)
			require.False(t, details.Abandoned)
			require.False(t, details.Deadline.IsZero())
		})
	}
}

// errorOf reports whether an application error of that type is in the chain.
func errorOf(err error, kind string) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		var app *temporal.ApplicationError
		if errors.As(err, &app) && app.Type() == kind {
			return true
		}
	}
	return false
}

// In time, the timer is canceled, and nothing is said.
func TestDoInTime(t *testing.T) {
	t.Parallel()
	quick := func() (Resumed, error) { return Resumed{Page: 1}, nil }
	startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": do, "Beat": quick})
	run := start(t, server, e2etest.ID(t), Doing{For: time.Hour})
	var got string
	require.NoError(t, result(t, run, &got))
	require.Empty(t, got)
	requireTimers(t, run, 1, 0)
}

// A workflow that is canceled is so, in the middle of a Do too.
func TestDoIsCanceled(t *testing.T) {
	t.Parallel()
	b := newHeartbeatActivity()
	startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": do, "Beat": b.Beat})
	run := start(t, server, e2etest.ID(t), Doing{For: time.Hour, Fails: true})
	e2etest.WaitForEvents(t, server, run, scheduled, 1)
	require.NoError(t, server.CancelWorkflow(t.Context(), run.GetID(), ""))
	err := result(t, run, nil)
	require.True(t, temporal.IsCanceledError(err), "%v", err)
	require.False(t, isTimedOut(err))
	requireTimers(t, run, 1, 0)
}

// Extended once, and then f does not end when it is canceled: it is left behind.
func TestDoUntil(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stubborn       bool
		started, fired int
	}{
		"ends when it is canceled": {false, 2, 1},
		"is abandoned":             {true, 3, 2}, // the second one that fires is the grace
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stubborn := c.stubborn
			until := func(ctx workflow.Context) (d timeouts.TimedOut, err error) {
				deadline := signals.NewDeadline(ctx, time.Second)
				_, err = timeouts.DoUntil(ctx, deadline, 2*time.Second, func(ctx workflow.Context) (int, error) {
					if err := deadline.Extend(ctx, time.Second); err != nil {
						return 0, err
					}
					if stubborn {
						ctx, _ = workflow.NewDisconnectedContext(ctx)
					}
					return 0, workflow.Await(ctx, func() bool { return false })
				})
				if d, ok := timeouts.AsTimedOut(err); ok {
					return d, nil
				}
				return d, err
			}
			startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": until})
			run := start(t, server, e2etest.ID(t))
			var got timeouts.TimedOut
			require.NoError(t, result(t, run, &got))
			require.Equal(t, c.stubborn, got.Abandoned)
			requireTimers(t, run, c.started, c.fired)
		})
	}
}
