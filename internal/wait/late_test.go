package wait_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// next takes the next signal of the source when it comes, and reports whether it is
// late for the deadline.
func next(t *testing.T, ctx workflow.Context, s *wait.Source, d *wait.Deadline) bool {
	t.Helper()
	require.NoError(t, workflow.Await(ctx, func() bool { return s.Len() > 0 }))
	_, number, ok := s.Next()
	require.True(t, ok)
	return s.Late(number, d)
}

// What comes before the timer fires is in time, and so is all that comes after a
// stop before that.
func TestNotLate(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "in time")
	timer := h.TimerStarted(time.Minute)
	h.Signal("a", historytest.JSON(t, 1)).Task().TimerCanceled(timer)
	h.Signal("a", historytest.JSON(t, 2)).Task()
	var late []bool
	h.Result(&late, func(ctx workflow.Context) ([]bool, error) {
		d := wait.NewDeadline(ctx, time.Minute, "")
		s := wait.NewSource(ctx, "a")
		first := next(t, ctx, s, d)
		d.Stop()
		return []bool{first, next(t, ctx, s, d)}, nil
	}, wait.NewInterceptor())
	require.Equal(t, []bool{false, false}, late)
}

// A deadline that has passed and is moved, because of what came before, judges by
// its new timer: what came after the old one is not late, what comes after the new
// one is.
func TestLateAfterAMove(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		move, resume func(workflow.Context, *wait.Deadline)
	}{
		"shifted": {
			func(ctx workflow.Context, d *wait.Deadline) { d.Move(ctx, time.Hour) },
			func(workflow.Context, *wait.Deadline) {},
		},
		"paused": {
			func(ctx workflow.Context, d *wait.Deadline) { d.Pause(ctx) },
			func(ctx workflow.Context, d *wait.Deadline) {
				d.Move(ctx, time.Hour)
				d.Resume(ctx, time.Hour)
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "moved")
			one, timer := historytest.JSON(t, 1), h.TimerStarted(time.Minute)
			h.Pass(time.Minute).Signal("a", one).TimerFired(timer).Signal("a", one).Task()
			timer = h.TimerStarted(time.Hour)
			h.Pass(time.Hour).TimerFired(timer).Signal("a", one).Task()
			var late []bool
			h.Result(&late, func(ctx workflow.Context) ([]bool, error) {
				d := wait.NewDeadline(ctx, time.Minute, "")
				s := wait.NewSource(ctx, "a")
				got := []bool{next(t, ctx, s, d)}
				require.True(t, d.Passed())
				require.True(t, s.Late(2, d), "it came after the old timer")
				d.NoteInTime(ctx)
				require.True(t, d.CanMove(ctx))
				c.move(ctx, d)
				got = append(got, next(t, ctx, s, d))
				c.resume(ctx, d)
				return append(got, next(t, ctx, s, d)), nil
			}, wait.NewInterceptor())
			require.Equal(t, []bool{false, false, true}, late)
		})
	}
}

// A deadline that is paused and then stopped starts no timer any more.
func TestResumeAfterAStop(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "stopped")
	timer := h.TimerStarted(time.Minute)
	h.Signal("a", historytest.JSON(t, 1)).Task().TimerCanceled(timer)
	require.NoError(t, h.Signal("b").Task().Replay(func(ctx workflow.Context) error {
		d := wait.NewDeadline(ctx, time.Minute, "")
		next(t, ctx, wait.NewSource(ctx, "a"), d)
		d.Pause(ctx)
		d.Stop()
		d.Resume(ctx, time.Hour)
		return workflow.Await(ctx, d.Passed)
	}, wait.NewInterceptor()))
}

// Two workflow tasks at the same time are two: what was spared in the first cannot
// be moved in the second.
func TestSpareEndsWithTheTask(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "spare")
	timer := h.TimerStarted(time.Minute)
	h.Pass(time.Minute).TimerFired(timer).Task()
	h.Signal("a", historytest.JSON(t, 1)).Task()
	var movable []bool
	h.Result(&movable, func(ctx workflow.Context) ([]bool, error) {
		d := wait.NewDeadline(ctx, time.Minute, "")
		err := workflow.Await(ctx, d.Passed)
		d.NoteInTime(ctx)
		first := d.CanMove(ctx)
		next(t, ctx, wait.NewSource(ctx, "a"), d)
		return []bool{first, d.CanMove(ctx)}, err
	})
	require.Equal(t, []bool{true, false}, movable)
}
