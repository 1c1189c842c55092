package wait_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// in runs f as a workflow.
func in(t *testing.T, f func(ctx workflow.Context)) {
	t.Helper()
	env := testenv.New(wait.NewInterceptor())
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		f(ctx)
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
}

func sleep(t *testing.T, ctx workflow.Context, d time.Duration) {
	t.Helper()
	require.NoError(t, workflow.Sleep(ctx, d))
}

func TestShift(t *testing.T) {
	t.Parallel()
	in(t, func(ctx workflow.Context) {
		d := wait.NewDeadline(ctx, time.Hour, "a deadline")
		begin := workflow.Now(ctx)
		d.Move(ctx, time.Hour)
		require.Equal(t, begin.Add(2*time.Hour), d.Time())
		require.Equal(t, 2*time.Hour, d.Remaining(ctx))
		sleep(t, ctx, 90*time.Minute)
		require.False(t, d.Passed(), "it would have passed before")
		d.Move(ctx, -time.Hour)
		require.True(t, d.Passed(), "that is over")
		require.Zero(t, d.Remaining(ctx))
		require.False(t, d.CanMove(ctx))
	})
}

func TestPause(t *testing.T) {
	t.Parallel()
	in(t, func(ctx workflow.Context) {
		d := wait.NewDeadline(ctx, time.Hour, "a deadline")
		sleep(t, ctx, 20*time.Minute)
		d.Pause(ctx)
		d.Pause(ctx)
		require.True(t, d.Paused() && d.Time().IsZero() && d.CanMove(ctx))
		sleep(t, ctx, 9*time.Hour)
		require.False(t, d.Passed())
		require.Equal(t, 40*time.Minute, d.Remaining(ctx))
		d.Move(ctx, -10*time.Minute)
		d.Resume(ctx, time.Hour)
		d.Resume(ctx, 0) // it is not paused
		require.Equal(t, 30*time.Minute, d.Remaining(ctx))
		sleep(t, ctx, 31*time.Minute)
		require.True(t, d.Passed())

		limited := wait.NewDeadline(ctx, time.Hour, "another")
		limited.Pause(ctx)
		limited.Move(ctx, -2*time.Hour)
		require.Zero(t, limited.Remaining(ctx))
		limited.Move(ctx, time.Hour)
		limited.Resume(ctx, time.Minute)
		require.Equal(t, time.Minute, limited.Remaining(ctx))
		limited.Stop()
		require.True(t, limited.Stopped() && !limited.CanMove(ctx))
		require.Zero(t, limited.Remaining(ctx))
	})
}

// A deadline cannot be moved beyond what a duration holds, running or paused.
func TestShiftBeyondTime(t *testing.T) {
	t.Parallel()
	in(t, func(ctx workflow.Context) {
		d := wait.NewDeadline(ctx, time.Hour, "a deadline")
		d.Move(ctx, math.MaxInt64)
		require.Equal(t, time.Duration(math.MaxInt64), d.Remaining(ctx))
		d.Move(ctx, math.MinInt64)
		d.Move(ctx, math.MinInt64)
		require.True(t, d.Passed())

		paused := wait.NewDeadline(ctx, time.Hour, "another")
		paused.Pause(ctx)
		paused.Move(ctx, math.MaxInt64)
		require.Equal(t, time.Duration(math.MaxInt64), paused.Remaining(ctx))
	})
}

// What came before moves a deadline that has passed, in that task and not after
// a verdict.
func TestSpare(t *testing.T) {
	t.Parallel()
	in(t, func(ctx workflow.Context) {
		d := wait.NewDeadline(ctx, time.Minute, "a deadline")
		d.NoteInTime(ctx)
		sleep(t, ctx, time.Hour)
		require.False(t, d.CanMove(ctx), "it was spared before it passed")
		d.NoteInTime(ctx)
		require.True(t, d.CanMove(ctx))
		sleep(t, ctx, time.Second)
		require.False(t, d.CanMove(ctx), "that was another task")
		d.NoteInTime(ctx)
		d.Close()
		require.False(t, d.CanMove(ctx), "it has decided")
	})
}

// Others have their turns before a deadline that they share decides.
func TestSettle(t *testing.T) {
	t.Parallel()
	for name, shared := range map[string]bool{"shared": true, "of one wait": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in(t, func(ctx workflow.Context) {
				d := wait.NewDeadline(ctx, 0, "a deadline")
				if shared {
					d = d.MarkShared()
				}
				moved := false
				workflow.Go(ctx, func(ctx workflow.Context) {
					d.NoteInTime(ctx)
					d.Move(ctx, time.Hour)
					moved = true
				})
				require.NoError(t, d.YieldIfShared(ctx))
				require.Equal(t, shared, moved)
			})
		})
	}
	in(t, func(ctx workflow.Context) {
		turns := 0
		workflow.Go(ctx, func(ctx workflow.Context) {
			_ = workflow.Await(ctx, func() bool { turns++; return false })
		})
		require.NoError(t, wait.Yield(ctx, func() bool { return false }))
		require.Positive(t, turns)
		canceled, cancel := workflow.WithCancel(ctx)
		cancel()
		require.Error(t, wait.Yield(canceled, func() bool { return false }))
	})
}
