package signals_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A deadline of an hour is moved after 30 minutes, while ReceiveUntil waits.
func TestDeadlineIsMoved(t *testing.T) {
	t.Parallel()
	minute := time.Minute
	for name, c := range map[string]struct {
		move   func(ctx workflow.Context, d *signals.Deadline) error
		ends   time.Duration
		left   time.Duration // right after the move
		timers int           // of the deadline; and those of the move itself
	}{
		"extended": {func(ctx workflow.Context, d *signals.Deadline) error { return d.Extend(ctx, 10*minute) }, 70 * minute, 40 * minute, 2},
		"extended twice": {func(ctx workflow.Context, d *signals.Deadline) error {
			return errors.Join(d.Extend(ctx, 10*minute), d.Extend(ctx, 5*minute))
		}, 75 * minute, 45 * minute, 3},
		"shortened": {
			func(ctx workflow.Context, d *signals.Deadline) error { return d.Shorten(ctx, 10*minute) }, 50 * minute,
			20 * minute, 2,
		},
		// no time, no timer
		"shortened to before": {func(ctx workflow.Context, d *signals.Deadline) error { return d.Shorten(ctx, 45*minute) }, 30 * minute, 0, 1},
		"paused for a day": {func(ctx workflow.Context, d *signals.Deadline) error {
			if err := errors.Join(d.Pause(ctx), d.Pause(ctx)); err != nil {
				return err
			}
			require.True(t, d.Paused())
			require.Zero(t, d.Time())
			err := workflow.Sleep(ctx, 24*time.Hour)
			require.False(t, d.Passed())
			d.Resume(ctx)
			d.Resume(ctx)
			return err
		}, 25 * time.Hour, 30 * minute, 3},
		"paused and extended": {func(ctx workflow.Context, d *signals.Deadline) error {
			err := errors.Join(d.Pause(ctx), d.Extend(ctx, 10*minute), d.Shorten(ctx, 25*minute))
			d.Resume(ctx)
			return err
		}, 45 * minute, 15 * minute, 2},
		"paused and shortened to nothing": {func(ctx workflow.Context, d *signals.Deadline) error {
			err := errors.Join(d.Pause(ctx), d.Shorten(ctx, time.Hour))
			d.Resume(ctx)
			return err
		}, 30 * minute, 0, 1},
		"extended up to its limit": {func(ctx workflow.Context, d *signals.Deadline) error {
			d.SetLimit(d.Time().Add(10 * minute))
			return d.Extend(ctx, 10*minute)
		}, 70 * minute, 40 * minute, 2},
		"resumed beyond its limit": {func(ctx workflow.Context, d *signals.Deadline) error {
			d.SetLimit(d.Time())
			err := errors.Join(d.Pause(ctx), workflow.Sleep(ctx, 10*minute))
			d.Resume(ctx)
			return err
		}, 60 * minute, 20 * minute, 3},
		"resumed after its limit": {func(ctx workflow.Context, d *signals.Deadline) error {
			d.SetLimit(d.Time())
			err := errors.Join(d.Pause(ctx), workflow.Sleep(ctx, time.Hour))
			d.Resume(ctx)
			return err
		}, 90 * minute, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			n := watch(env)
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				start := workflow.Now(ctx)
				d := signals.NewDeadline(ctx, time.Hour)
				workflow.Go(ctx, func(ctx workflow.Context) {
					require.NoError(t, workflow.Sleep(ctx, 30*minute))
					require.NoError(t, c.move(ctx, d))
					require.Equal(t, c.left, d.Remaining(ctx))
				})
				_, ok, err := paid.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, d)
				require.False(t, ok)
				require.Equal(t, c.ends, workflow.Now(ctx).Sub(start))
				require.Zero(t, d.Remaining(ctx))
				d.Stop()
				return errors.Join(err, workflow.Sleep(ctx, time.Minute)) // a timer that was left running fires in this
			})
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, c.timers+2, n.started, "timers, with two of this test's own")
			require.Equal(t, n.started, n.canceled+n.fired, "none is left running")
		})
	}
}

// What cannot be moved says why, and costs nothing.
func TestDeadlineIsNotMoved(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		move func(ctx workflow.Context, d *signals.Deadline) error
		want string
	}{
		"it has passed": {func(ctx workflow.Context, d *signals.Deadline) error {
			require.NoError(t, workflow.Sleep(ctx, 2*time.Hour))
			return d.Extend(ctx, time.Hour)
		}, "signals: the deadline of 2020-01-01T01:00:00Z has passed and cannot be extended; start a new wait"},
		"a wait has ended by it": {func(ctx workflow.Context, d *signals.Deadline) error {
			ok, err := signals.AwaitUntil(ctx, d, func() bool { return false })
			require.False(t, ok || err != nil)
			return d.Shorten(ctx, time.Hour)
		}, "has passed and cannot be shortened"},
		"it was stopped": {func(ctx workflow.Context, d *signals.Deadline) error {
			d.Stop()
			require.True(t, d.Stopped())
			require.Zero(t, d.Remaining(ctx))
			return d.Pause(ctx)
		}, "was stopped and cannot be paused; start a new wait"},
		"it has a limit": {func(ctx workflow.Context, d *signals.Deadline) error {
			d.SetLimit(d.Time().Add(time.Minute))
			return d.Extend(ctx, time.Hour)
		}, "signals: the deadline cannot be extended by 1h0m0s to 2020-01-01T02:00:00Z, its limit is 2020-01-01T01:01:00Z; extend it by " +
			"less, or start a new wait"},
		"it is paused, and has a limit": {func(ctx workflow.Context, d *signals.Deadline) error {
			require.NoError(t, d.Pause(ctx))
			d.SetLimit(workflow.Now(ctx).Add(61 * time.Minute))
			return d.Extend(ctx, 2*time.Minute)
		}, "its limit is"},
		"by nothing": {
			func(ctx workflow.Context, d *signals.Deadline) error { return d.Extend(ctx, 0) },
			"cannot be extended by 0s; give a positive duration",
		},
		"by less than that": {
			func(ctx workflow.Context, d *signals.Deadline) error { return d.Shorten(ctx, -time.Hour) },
			"cannot be shortened by -1h0m0s; give a positive duration",
		},
		"later, by an other": {
			func(ctx workflow.Context, d *signals.Deadline) error { return receivedThenLater(ctx, d) },
			"has passed and cannot be extended",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.SetStartTime(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
			at(env, 0, payment{Amount: 1})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				d := signals.NewDeadline(ctx, time.Hour)
				err := c.move(ctx, d)
				d.Resume(ctx)
				return err
			})
			var app *temporal.ApplicationError
			require.ErrorAs(t, env.GetWorkflowError(), &app)
			require.Equal(t, signals.ReasonNotMoved.Error(), app.Type())
			require.True(t, app.NonRetryable())
			require.ErrorContains(t, app, c.want)
		})
	}
}

// receivedThenLater receives a message that may move the deadline after it has
// passed, but does so in a later workflow task.
func receivedThenLater(ctx workflow.Context, d *signals.Deadline) error {
	if err := workflow.Sleep(ctx, 2*time.Hour); err != nil {
		return err
	}
	if _, ok, err := paid.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, d); !ok || err != nil {
		return errors.New("it was in time")
	}
	if err := workflow.Sleep(ctx, time.Second); err != nil {
		return err
	}
	return d.Extend(ctx, 5*time.Hour)
}
