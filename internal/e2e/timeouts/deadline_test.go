package timeouts_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// By is how much later a deadline is to be, or else how much is to be left of it.
type By struct{ Later, Left time.Duration }

// Move moves it, and answers what was left. Leave ends the run.
var (
	Move  = signals.NewUpdate[By, time.Duration]("move")
	Leave = signals.NewUpdate[bool, bool]("leave")
)

// movable waits for its deadline, which others may move until it has passed, and
// then until it may leave. A reminder moves with the deadline.
func movable(ctx workflow.Context, limit time.Duration) error {
	leave, deadline := false, signals.NewDeadline(ctx, time.Hour)
	deadline.SetLimit(workflow.Now(ctx).Add(limit))
	timeouts.Remind(ctx, deadline, func(workflow.Context, time.Duration) {}, 30*time.Minute)
	err := Move.Handle(ctx,
		func(workflow.Context, By) error {
			if deadline.Passed() {
				return temporal.NewApplicationError("too late", "TooLate")
			}
			return nil
		},
		func(ctx workflow.Context, by By) (time.Duration, error) {
			left := deadline.Remaining(ctx)
			if by.Later > 0 {
				return left, deadline.Extend(ctx, by.Later)
			}
			return left, deadline.Shorten(ctx, left-by.Left)
		})
	if err != nil {
		return err
	}
	err = Leave.Handle(ctx, nil, func(workflow.Context, bool) (bool, error) { leave = true; return true, nil })
	if err != nil {
		return err
	}
	if _, err := signals.AwaitUntil(ctx, deadline, func() bool { return false }); err != nil {
		return err
	}
	return workflow.Await(ctx, func() bool { return leave })
}

func typeOf(err error) string {
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		return app.Type()
	}
	return ""
}

// An update moves the deadline while it is there to be moved. Once it has passed,
// an update is refused, and leaves nothing in the history.
func TestDeadlineIsMoved(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		left  time.Duration
		fired int
	}{
		"it fires":             {time.Second, 1},
		"it is over at once":   {0, 0},
		"it would have passed": {-time.Minute, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": movable})
			run := start(t, server, e2etest.ID(t), 2*time.Hour)
			move := func(by By) (time.Duration, error) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				return Move.Execute(ctx, server, signals.Ref{WorkflowID: run.GetID()}, "", by)
			}
			e2etest.WaitForEvents(t, server, run, timerStarted, 2) // an update may come in the first workflow task
			_, err := move(By{Later: 30 * time.Minute})
			require.NoError(t, err)
			left, err := move(By{Later: 10 * time.Minute})
			require.NoError(t, err)
			require.Greater(t, left, time.Hour+20*time.Minute, "the first one has moved it")
			_, err = move(By{Later: time.Hour})
			require.Equal(t, signals.ReasonNotMoved.Error(), typeOf(err), "%v", err)
			require.ErrorContains(t, err, "its limit is")
			_, err = move(By{Left: c.left})
			require.NoError(t, err)
			if c.fired > 0 {
				e2etest.WaitForEvents(t, server, run, timerFired, c.fired)
			}

			before := 0
			for _, by := range []By{{Later: time.Minute}, {Later: time.Second}, {Left: time.Second}} {
				_, err = move(by)
				require.Equal(t, "TooLate", typeOf(err), "%v", err)
				events := len(e2etest.History(t, server, run.GetID(), ""))
				if before == 0 { // the first one comes with the timer, or after it
					before = events
				}
				require.Equal(t, before, events, "a refused update costs no event")
			}
			_, err = Leave.Execute(t.Context(), server, signals.Ref{WorkflowID: run.GetID()}, "", true)
			require.NoError(t, err)
			require.NoError(t, result(t, run, nil))
			requireTimers(t, run, 3+3+c.fired, c.fired) // the deadline's, the reminder's
		})
	}
}

// Reminders before a deadline that is moved by the first of them, or stopped.
func TestRemind(t *testing.T) {
	t.Parallel()
	const apart = 4 * time.Second // so that a busy machine does not join them
	for name, c := range map[string]struct {
		extend, stop   bool
		given          []time.Duration
		started, fired int
	}{
		"as it is": {false, false, []time.Duration{2 * apart, apart}, 3, 3},
		"extended": {true, false, []time.Duration{2 * apart, 2 * apart, apart}, 5, 4},
		"stopped":  {false, true, []time.Duration{2 * apart}, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			extend, stop := c.extend, c.stop
			reminded := func(ctx workflow.Context) (given []time.Duration, err error) {
				deadline := signals.NewDeadline(ctx, 3*apart)
				timeouts.Remind(ctx, deadline, func(ctx workflow.Context, before time.Duration) {
					given = append(given, before)
					switch {
					case extend && len(given) == 1:
						err = deadline.Extend(ctx, apart)
					case stop:
						deadline.Stop()
					}
				}, 2*apart, apart)
				_, waitErr := signals.AwaitUntil(ctx, deadline, deadline.Stopped)
				return given, errors.Join(err, waitErr)
			}
			startWorker(t, server, e2etest.ID(t), worker.Options{}, functions{"Workflow": reminded})
			run := start(t, server, e2etest.ID(t))
			var given []time.Duration
			require.NoError(t, result(t, run, &given))
			require.Equal(t, c.given, given)
			requireTimers(t, run, c.started, c.fired)
		})
	}
}
