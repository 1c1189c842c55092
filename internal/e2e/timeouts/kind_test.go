package timeouts_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// Told is what a workflow can say about a timeout.
type Told struct {
	Kind timeouts.Kind
	Page int
	Has  bool
}

func tell(err error) (t Told) {
	t.Kind = timeouts.KindOf(err)
	var timeout *temporal.TimeoutError
	t.Has = errors.As(err, &timeout) && timeout.HasLastHeartbeatDetails() && timeout.LastHeartbeatDetails(&t.Page) == nil
	return t
}

// All the timeouts that a server has for activities, by what the workflow is
// told, and what a client is told when the workflow fails with it.
func TestKinds(t *testing.T) {
	t.Parallel()
	const short, long = 4 * time.Second, 15 * time.Second // for an attempt that begins and sends a heartbeat, also under load
	type options = workflow.ActivityOptions
	once := &temporal.RetryPolicy{MaximumAttempts: 1}
	for name, c := range map[string]struct {
		options options
		beats   bool
		want    Told
	}{
		"StartToClose": {options{StartToCloseTimeout: short, RetryPolicy: once}, false, Told{Kind: timeouts.KindStartToClose}},
		"StartToClose with heartbeats": {
			options{StartToCloseTimeout: long, HeartbeatTimeout: time.Minute, RetryPolicy: once},
			true,
			Told{timeouts.KindStartToClose, 7, true},
		},
		"Heartbeat, and none came": {
			options{StartToCloseTimeout: time.Hour, HeartbeatTimeout: short, RetryPolicy: once},
			false,
			Told{Kind: timeouts.KindHeartbeat},
		},
		"Heartbeat, and one came": {
			options{StartToCloseTimeout: time.Hour, HeartbeatTimeout: long, RetryPolicy: once},
			true,
			Told{timeouts.KindHeartbeat, 7, true},
		},
		"ScheduleToStart": {
			options{StartToCloseTimeout: time.Hour, ScheduleToStartTimeout: short, TaskQueue: "nobody"},
			false,
			Told{Kind: timeouts.KindScheduleToStart},
		},
		"ScheduleToClose":               {options{ScheduleToCloseTimeout: short}, false, Told{Kind: timeouts.KindScheduleToClose}},
		"ScheduleToClose with its last": {options{ScheduleToCloseTimeout: long}, true, Told{timeouts.KindScheduleToClose, 7, true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hang := func(ctx context.Context) (Resumed, error) {
				if c.beats {
					activity.RecordHeartbeat(ctx, 7)
				}
				<-ctx.Done()
				return Resumed{}, ctx.Err()
			}
			told := func(ctx workflow.Context, fail bool) (Told, error) {
				_, err := waiting(ctx, c.options)
				if fail {
					return Told{}, err
				}
				return tell(err), nil
			}
			startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": told, "Beat": hang})
			var got Told
			require.NoError(t, result(t, start(t, server, e2etest.ID(t), false), &got))
			require.Equal(t, c.want, got)

			err := result(t, start(t, server, e2etest.ID(t), true), nil)
			require.Equal(t, c.want, tell(err), "by the client")
			_, ok := timeouts.ReasonOf(err)
			require.False(t, ok, "that is for the timeout of Do")
		})
	}
}

// A child workflow that has run out of time, and an activity that was given up
// since the next attempt would have come too late.
func TestKindsOfOthers(t *testing.T) {
	t.Parallel()
	child := func(ctx workflow.Context) error { return workflow.Sleep(ctx, time.Hour) }
	breaks := func(context.Context) error { return temporal.NewApplicationError("broken", "Broken") }
	told := func(ctx workflow.Context) (kinds []timeouts.Kind, _ error) {
		c := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowExecutionTimeout: time.Second})
		kinds = append(kinds, timeouts.KindOf(workflow.ExecuteChildWorkflow(c, "Child").Get(ctx, nil)))
		a := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			ScheduleToCloseTimeout: time.Minute,
			RetryPolicy:            &temporal.RetryPolicy{InitialInterval: time.Hour},
		})
		return append(kinds, timeouts.KindOf(workflow.ExecuteActivity(a, "Break").Get(ctx, nil))), nil
	}
	startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": told, "Child": child, "Break": breaks})
	var kinds []timeouts.Kind
	require.NoError(t, result(t, start(t, server, e2etest.ID(t)), &kinds))
	require.Equal(t, []timeouts.Kind{timeouts.KindStartToClose, timeouts.Kind("")}, kinds)
}
