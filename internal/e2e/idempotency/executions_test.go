package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// bench is a guarded activity "Work" on a worker of this process, with records in
// memory.
type bench struct {
	*testing.T
	queue string
	guard *idempotency.Guard

	mu   sync.Mutex
	keys []string // that the work was given
}

// note notes the key of an attempt, and returns how many there were.
func (b *bench) note(ctx context.Context) int {
	key, _ := idempotency.DownstreamKey(ctx, "work")
	b.mu.Lock()
	defer b.mu.Unlock()
	b.keys = append(b.keys, key)
	return len(b.keys)
}

func newBench(t *testing.T, c idempotency.ActivityOptions, work func(context.Context, *bench) (string, error), run any) *bench {
	t.Helper()
	b := &bench{T: t, queue: fmt.Sprintf("bench-%d", time.Now().UnixNano()), guard: newGuard(memstore.New(memstore.Options{}))}
	w := worker.New(server, b.queue, worker.Options{})
	w.RegisterWorkflowWithOptions(run, workflow.RegisterOptions{Name: "Run"})
	w.RegisterActivityWithOptions(idempotency.Wrap(b.guard, func(ctx context.Context, _ string) (string, error) { return work(ctx, b) }, c),
		activity.RegisterOptions{Name: "Work"})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return b
}

func (b *bench) start(id string, args ...any) client.WorkflowRun {
	b.Helper()
	run, err := server.ExecuteWorkflow(b.Context(), client.StartWorkflowOptions{ID: b.queue + id, TaskQueue: b.queue}, "Run", args...)
	require.NoError(b, err)
	return run
}

// worked runs the activity once.
func worked(ctx workflow.Context, o workflow.ActivityOptions) (got string, err error) {
	o.RetryPolicy = &temporal.RetryPolicy{InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 1}
	err = workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, o), "Work", "order-7").Get(ctx, &got)
	return got, err
}

// An activity ID that is used again is other work, with another key; its attempts,
// also after a pause with a reset, have one.
func TestReusedActivityID(t *testing.T) {
	t.Parallel()
	b := newBench(t, idempotency.ActivityOptions{PassThrough: true}, func(ctx context.Context, b *bench) (string, error) {
		switch n := b.note(ctx); {
		case n == 6: // it is paused, and goes on as its first attempt
			return "", temporal.NewApplicationErrorWithOptions("later", "Later", temporal.ApplicationErrorOptions{NextRetryDelay: time.Hour})
		case n%2 == 1:
			return "", errors.New("once more")
		default:
			return fmt.Sprint(n), nil
		}
	}, func(ctx workflow.Context) (all []string, err error) {
		for range 3 {
			got, err := worked(ctx, workflow.ActivityOptions{ActivityID: "poll", StartToCloseTimeout: time.Minute})
			if err != nil {
				return nil, err
			}
			all = append(all, got)
		}
		return all, nil
	})
	run := b.start("")
	execution := &commonpb.WorkflowExecution{WorkflowId: run.GetID()}
	require.Eventually(t, func() bool { b.mu.Lock(); defer b.mu.Unlock(); return len(b.keys) == 6 }, soon, tick)
	_, err := server.WorkflowService().PauseActivity(t.Context(), &workflowservice.PauseActivityRequest{
		Namespace: client.DefaultNamespace, Execution: execution, Activity: &workflowservice.PauseActivityRequest_Id{Id: "poll"},
	})
	require.NoError(t, err)
	_, err = server.WorkflowService().UnpauseActivity(t.Context(), &workflowservice.UnpauseActivityRequest{
		Namespace: client.DefaultNamespace, Execution: execution, Activity: &workflowservice.UnpauseActivityRequest_Id{Id: "poll"},
		ResetAttempts: true,
	})
	require.NoError(t, err)
	_, err = server.WorkflowService().ResetActivity(t.Context(), &workflowservice.ResetActivityRequest{
		Namespace: client.DefaultNamespace, Execution: execution, Activity: &workflowservice.ResetActivityRequest_Id{Id: "poll"},
	})
	require.NoError(t, err)
	var all []string
	require.NoError(t, run.Get(t.Context(), &all))
	require.Len(t, all, 3)
	require.NotEqual(t, b.keys[0], b.keys[2])
	require.NotEqual(t, b.keys[2], b.keys[4])
	for i, key := range b.keys {
		require.Equal(t, b.keys[min(i/2*2, 4)], key, "attempt %d", i)
	}
}

// Another workflow of the same business key has the result within seconds, although
// the deadline of the first one is far, and its own is near.
func TestAnotherWorkflowHasTheResultSoon(t *testing.T) {
	t.Parallel()
	finish := make(chan struct{})
	b := newBench(t, idempotency.ActivityOptions{PassThrough: true, Key: idempotency.KeyFunc(func(in string) string { return in })},
		func(ctx context.Context, b *bench) (string, error) {
			b.note(ctx)
			<-finish
			return "receipt", nil
		}, func(ctx workflow.Context, within time.Duration, total time.Duration) (string, error) {
			return worked(ctx, workflow.ActivityOptions{StartToCloseTimeout: within, ScheduleToCloseTimeout: total})
		})
	first := b.start("-1", time.Hour, time.Duration(0))
	require.Eventually(t, func() bool { b.mu.Lock(); defer b.mu.Unlock(); return len(b.keys) == 1 }, soon, tick)
	second := b.start("-2", 2*time.Second, 5*time.Minute)
	require.Eventually(t, func() bool {
		d, err := server.DescribeWorkflowExecution(t.Context(), second.GetID(), "")
		return err == nil && len(d.GetPendingActivities()) == 1 && d.GetPendingActivities()[0].GetAttempt() > 1
	}, soon, tick, "it has looked in vain")
	close(finish)
	for _, run := range []client.WorkflowRun{first, second} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		var got string
		require.NoError(t, run.Get(ctx, &got))
		require.Equal(t, "receipt", got)
	}
	require.Len(t, b.keys, 1)
}

// All heartbeat details are there after an attempt that has only waited.
func TestHeartbeatDetailsOutliveAWait(t *testing.T) {
	t.Parallel()
	b := newBench(t, idempotency.ActivityOptions{PassThrough: true}, func(ctx context.Context, b *bench) (string, error) {
		var page string
		var rows int
		_ = activity.GetHeartbeatDetails(ctx, &page, &rows)
		switch b.note(ctx) {
		case 1:
			activity.RecordHeartbeat(ctx, "page 9", 4200)
			time.Sleep(4 * time.Second) // whatever becomes of ctx, as a call that hangs
			return "", errors.New("reset")
		case 2:
			return "", errors.New("reset before it has recorded anything")
		}
		return fmt.Sprint(page, ", ", rows), nil
	}, func(ctx workflow.Context) (string, error) {
		return worked(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, HeartbeatTimeout: time.Second})
	})
	var got string
	require.NoError(t, b.start("").Get(t.Context(), &got))
	require.Equal(t, "page 9, 4200", got)
}
